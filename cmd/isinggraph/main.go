// Isinggraph samples and learns Ising models on graphs, fetches the project's
// data sets and reproduces the paper's tables. `isinggraph help` lists its
// commands.
//
// It exits with 0 if all went well, 1 if a command failed, 2 if it was called in
// a wrong way and 130 if it was interrupted. The first interrupt asks the command
// to stop, which leaves what it wrote in order; the second kills it.
package main

import (
	"context"
	"os"
	"os/signal"
	"syscall"
)

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	context.AfterFunc(ctx, stop) // from then on an interrupt kills, as it does by default
	os.Exit(run(ctx, os.Args[1:], os.Stdout, os.Stderr))
}
