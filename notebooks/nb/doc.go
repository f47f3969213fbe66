// Package nb is what the notebooks' cells share: which profile and data a notebook runs with, the plots'
// common look, showing and saving figures, recording their numbers, progress, and results kept from one cell
// to the next. It holds no algorithm.
//
// Every cell of a GoNB notebook is a program of its own, whose declarations alone survive. So what is costly is
// memoised on disk ([Memo]), and what a figure shows is recorded in files ([Record]). Outside a notebook the
// functions that show something do nothing and return nil, so that the same code runs in a test or a command.
//
// The environment decides:
//
//	ISINGGRAPH_PROFILE  fast, default or paper: how much work a notebook does (see [Pick])
//	ISINGGRAPH_DATA     folder of the real data sets (see [DataDir])
//	ISINGGRAPH_BUILD    folder of figures, results and memoised values; the project's build/ by default
package nb
