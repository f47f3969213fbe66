// Package meshplot draws triangle meshes, with a value per vertex in colour,
// as images for notebooks and plots. It rasterises in software with a depth
// buffer, and equal input gives equal pixels.
package meshplot
