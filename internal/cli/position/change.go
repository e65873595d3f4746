// SPDX-License-Identifier: Apache-2.0

package position

import (
	"context"
	"errors"
	"fmt"
	"io"
	"slices"
	"time"

	"github.com/spf13/cobra"
	"go.opentelemetry.io/collector/extension/xextension/storage"
	"go.uber.org/zap"

	"github.com/otel-okta/okta-systemlog-receiver/internal/checkpoint"
	"github.com/otel-okta/okta-systemlog-receiver/internal/cli/ask"
	"github.com/otel-okta/okta-systemlog-receiver/internal/cli/check"
	"github.com/otel-okta/okta-systemlog-receiver/internal/cli/filestore"
	"github.com/otel-okta/okta-systemlog-receiver/internal/cli/show"
)

// change is a change of the file of one receiver.
type change struct {
	place check.Stored
	file  *filestore.File // nil where there is none yet
	do    func(ctx context.Context, client checkpoint.Listed) error
}

// changed is what a command that changes something prints as JSON.
type changed struct {
	OK     bool     `json:"ok"`
	Before []state  `json:"before"`
	After  []state  `json:"after"`
	Copies []string `json:"copies"`
}

// carryOut shows what changes lead to, asks, copies the files, and makes the changes, one after the other.
func (o *options) carryOut(command *cobra.Command, name, question string, changes ...*change) error {
	ctx := command.Context()
	out := changed{OK: true, Copies: []string{}}
	for _, c := range changes {
		before, after, err := c.rehearse(ctx)
		if err != nil {
			return err
		}
		out.Before, out.After = append(out.Before, before), append(out.After, after)
	}
	if !o.json {
		out.print(command.OutOrStdout())
	}
	if !o.yes {
		if err := ask.Confirm(command, question); err != nil {
			return err
		}
	}
	for _, c := range changes {
		if c.file == nil {
			continue
		}
		path, err := c.file.Copy(name, time.Now())
		if err != nil {
			return fmt.Errorf("nothing was changed: %w", err)
		}
		out.Copies = append(out.Copies, path)
	}
	for i, c := range changes {
		if err := c.apply(ctx, out.After[i]); err != nil {
			return fmt.Errorf("%w: the files as they were are %v", err, out.Copies)
		}
	}
	if o.json {
		return show.JSON(command.OutOrStdout(), out)
	}
	for _, path := range out.Copies {
		printf(command.OutOrStdout(), "A copy of the file as it was is %s\n", path)
	}
	printf(command.OutOrStdout(), "Done. Start the collector.\n")
	return nil
}

// rehearse makes a change in memory, and returns what is stored before and after it.
func (c *change) rehearse(ctx context.Context) (before, after state, err error) {
	trial := checkpoint.NewMemory()
	if c.file != nil {
		err = c.file.Walk(ctx, func(key string, value []byte) ([]*storage.Operation, error) {
			return nil, trial.Set(ctx, key, append([]byte{}, value...))
		})
		if err != nil {
			return before, after, explained(err)
		}
	}
	listed := trial.(checkpoint.Listed)
	if before, err = stateOf(ctx, c.place, listed); err != nil {
		return before, after, err
	}
	if err = c.do(ctx, listed); err != nil {
		return before, after, err
	}
	after, err = stateOf(ctx, c.place, listed)
	return before, after, err
}

// apply makes a change in the file, and reads it again.
func (c *change) apply(ctx context.Context, expected state) (err error) {
	if c.file == nil {
		path := filestore.Path(c.place.Directory, c.place.Receiver)
		if c.file, err = filestore.Write(path, true); err != nil {
			return explained(err)
		}
		filestore.Own(path, c.place.Directory)
	}
	if err := c.do(ctx, c.file); err != nil {
		return explained(err)
	}
	now, err := stateOf(ctx, c.place, c.file)
	if err != nil {
		return explained(err)
	}
	if !slices.EqualFunc(now.Histories, expected.Histories, history.equals) {
		return fmt.Errorf("the file %s does not hold what was written: check its disk", now.File)
	}
	return nil
}

func (c *changed) print(to io.Writer) {
	for i := range c.Before {
		printf(to, "%s before\n", c.Before[i].Receiver)
		c.Before[i].print(to)
		printf(to, "%s after\n", c.After[i].Receiver)
		c.After[i].print(to)
		printf(to, "\n")
	}
}

// openStored opens the file of a receiver that has a position.
func openStored(place check.Stored) (*filestore.File, error) {
	file, err := filestore.Write(filestore.Path(place.Directory, place.Receiver), false)
	if err != nil {
		return nil, explained(err)
	}
	return file, nil
}

// entryOf is the history that a receiver resumes from.
func entryOf(ctx context.Context, place check.Stored, client checkpoint.Listed) (*checkpoint.Entry, error) {
	all, err := checkpoint.Entries(ctx, client, zap.NewNop())
	if err != nil {
		return nil, err
	}
	for _, e := range all {
		if e.Serves(place.Host) {
			return e, nil
		}
	}
	return nil, fmt.Errorf("%w of %s", errNoPosition, place.Host)
}

// errNoPosition says that a receiver has no position.
var errNoPosition = errors.New("no position is stored")
