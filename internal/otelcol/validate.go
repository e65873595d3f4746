// SPDX-License-Identifier: Apache-2.0

package otelcol

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"os/exec"
	"time"
)

// validateTime is how long a collector may take to check a configuration: a hundred times what it takes.
const validateTime = time.Minute

// Validate has a collector check a configuration. The error has what it said.
func Validate(ctx context.Context, program string, config []byte) error {
	within, cancel := context.WithTimeout(ctx, validateTime)
	defer cancel()
	cmd, free, err := command(within, program, config, "validate")
	if err != nil {
		return err
	}
	defer free()
	cmd.WaitDelay = time.Second // it holds nothing that it would have to send
	said, err := cmd.CombinedOutput()
	var exit *exec.ExitError
	switch {
	case ctx.Err() != nil:
		return ctx.Err()
	case err == nil:
		return nil
	case within.Err() != nil:
		return fmt.Errorf("%s has not checked the configuration within %s: name a collector that has the receiver with --collector", program, validateTime)
	case errors.As(err, &exit) && len(bytes.TrimSpace(said)) > 0:
		return fmt.Errorf("the collector refuses the configuration: %s", bytes.TrimSpace(said))
	}
	return fmt.Errorf("%s does not check the configuration: %w: name a collector that has the receiver with --collector", program, err)
}
