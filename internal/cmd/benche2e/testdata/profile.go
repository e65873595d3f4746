// SPDX-License-Identifier: Apache-2.0

package main

import (
	"os"
	"os/signal"
	"path/filepath"
	"runtime"
	"runtime/pprof"
	"syscall"
)

// make profile builds this file into the collector: the distribution has no pprof extension. The
// program writes a CPU profile of its whole run, and a heap profile, into the folder PROFILE_DIRECTORY
// when it gets SIGUSR1; the file "done" says that both are complete.
func init() {
	directory := os.Getenv("PROFILE_DIRECTORY")
	if directory == "" {
		return
	}
	cpu := create(directory, "cpu.pprof")
	if err := pprof.StartCPUProfile(cpu); err != nil {
		panic(err)
	}
	asked := make(chan os.Signal, 1)
	signal.Notify(asked, syscall.SIGUSR1)
	go func() {
		<-asked
		pprof.StopCPUProfile()
		runtime.GC() // or the heap would be that of the last collection
		heap := create(directory, "heap.pprof")
		if err := pprof.WriteHeapProfile(heap); err != nil {
			panic(err)
		}
		for _, file := range []*os.File{cpu, heap, create(directory, "done")} {
			if err := file.Close(); err != nil {
				panic(err)
			}
		}
	}()
}

func create(directory, name string) *os.File {
	file, err := os.Create(filepath.Join(directory, name))
	if err != nil {
		panic(err)
	}
	return file
}
