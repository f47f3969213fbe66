// Command pjrt installs XLA's CPU plugin with go-xla's own installer, into the folder given:
//
//	go run ./tools/pjrt FOLDER
//
// Set-up calls it where no wheel of the plugin exists (see tools/setup.sh). Nothing outside FOLDER
// and the system's temporary folder is written.
package main

import (
	"errors"
	"fmt"
	"os"
	"time"

	"github.com/gomlx/go-xla/installer"
)

// patience bounds the download: where packets are dropped, the installer itself would wait for ever.
const patience = 5 * time.Minute

func main() {
	if len(os.Args) != 2 {
		fmt.Fprintln(os.Stderr, "usage: pjrt FOLDER")
		os.Exit(2)
	}
	done := make(chan error, 1)
	go func() { done <- installer.CPUAutoInstall(os.Args[1], false, installer.Quiet) }()
	var err error
	select {
	case err = <-done:
	case <-time.After(patience):
		err = errors.New("no answer")
	}
	if err != nil {
		fmt.Fprintln(os.Stderr, "pjrt:", err)
		os.Exit(1)
	}
}
