//go:build !race

package fields

const raceDetector = false
