// Package segment separates an image's foreground from its background with an
// Ising model whose field is a U-Net's output: section 4.1 and appendix C of
// Bånkestad, Andersson, Mair and Sjölund, "Ising on the Graph" (LoG 2024).
//
// The pixels are the nodes of a grid with 8 neighbours, x_i = +1 is foreground,
// and the energy is that of a [Kernel] of two couplings, w of straight and w* of
// diagonal neighbours. [Train] learns them and the field by a [Recipe]: the
// paper's eq. 14 on eq. 16, its variants, the likelihood of the masks, a metric
// itself, or cross-entropy, which is the U-Net alone. [Model.Predict] says what
// an image's mask is in several ways, [Dice], [IoU] and [BoundaryF] how good that
// is, and a [Study] what of it holds over images and seeds.
//
// [Load], of a [Source] such as [Horses] or [CUB], and [Generate] make a [Set] of
// examples.
package segment
