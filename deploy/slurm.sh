#!/usr/bin/env bash
# A Slurm array that runs `isinggraph reproduce all` in shards, one an array task:
#
#   sbatch --array=0-15 deploy/slurm.sh                    # all of the paper's tables
#   sbatch --array=0-15 deploy/slurm.sh --tasks mesh       # arguments go to the command
#   sbatch --array=7 --export=ALL,SHARDS=16 deploy/slurm.sh    # shard 7 died: what it misses
#
# OUT, on a file system that all nodes see, takes the results; ISINGGRAPH is the program.
#SBATCH --job-name=isinggraph
#SBATCH --cpus-per-task=2
#SBATCH --mem=8G
#SBATCH --time=24:00:00
#SBATCH --requeue
#SBATCH --output=isinggraph-%A_%a.log
set -euo pipefail

index=${SLURM_ARRAY_TASK_ID:?start this with sbatch --array=0-N}
shards=${SHARDS:-$((SLURM_ARRAY_TASK_MAX + 1))}
export GOMAXPROCS=${SLURM_CPUS_PER_TASK:-2}
exec "${ISINGGRAPH:-isinggraph}" reproduce all --shard "$index/$shards" --out "${OUT:-$HOME/isinggraph-results}" "$@"
