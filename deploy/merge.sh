#!/usr/bin/env bash
# Merges what the shards left into one file a task: merge.sh RESULTS DESTINATION
set -euo pipefail

results=${1:?usage: merge.sh RESULTS DESTINATION}
destination=${2:?usage: merge.sh RESULTS DESTINATION}
mkdir -p "$destination"
merged=0
for task in explain inverse mesh segmentation; do
	if [ -d "$results/$task" ]; then
		"${ISINGGRAPH:-isinggraph}" reproduce "$task" --out "$results/$task" --merge "$destination/$task.json"
		merged=$((merged + 1))
	fi
done
[ "$merged" -gt 0 ] || { echo "no results in $results" >&2; exit 1; }
