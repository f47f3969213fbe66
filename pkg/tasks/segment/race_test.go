//go:build race

package segment

const raceDetector = true
