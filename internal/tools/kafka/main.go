// SPDX-License-Identifier: Apache-2.0

// Kafka runs a Kafka broker on the port of this machine that its first argument names, with what it keeps in
// the folder that the second names, and the topics of three partitions each that the others name. It ends on
// SIGTERM; started again, it has what it had.
package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/signal"
	"strconv"
	"syscall"

	"github.com/twmb/franz-go/pkg/kfake"
)

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	if err := run(ctx, os.Args[1:]); err != nil {
		fmt.Fprintln(os.Stderr, "kafka:", err)
		stop()
		os.Exit(1)
	}
}

func run(ctx context.Context, args []string) error {
	if len(args) < 3 {
		return errors.New("the arguments are a port, a folder and the names of topics")
	}
	port, err := strconv.Atoi(args[0])
	if err != nil {
		return fmt.Errorf("the first argument is a port: %w", err)
	}
	cluster, err := kfake.NewCluster(kfake.NumBrokers(1), kfake.Ports(port), kfake.DataDir(args[1]), kfake.SeedTopics(3, args[2:]...))
	if err != nil {
		return err
	}
	defer cluster.Close()
	fmt.Println("kafka listens at", cluster.ListenAddrs()[0])
	<-ctx.Done()
	return nil
}
