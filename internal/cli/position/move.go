// SPDX-License-Identifier: Apache-2.0

package position

import (
	"context"
	"errors"
	"fmt"
	"os"
	"slices"
	"time"

	"github.com/spf13/cobra"
	"go.opentelemetry.io/collector/component"
	"go.uber.org/zap"

	"github.com/otel-okta/okta-systemlog-receiver/internal/checkpoint"
	"github.com/otel-okta/okta-systemlog-receiver/internal/cli/check"
	"github.com/otel-okta/okta-systemlog-receiver/internal/cli/exit"
	"github.com/otel-okta/okta-systemlog-receiver/internal/cli/filestore"
	"github.com/otel-okta/okta-systemlog-receiver/internal/metadata"
)

func moveCommand() *cobra.Command {
	var o options
	command := &cobra.Command{
		Use:   "move --config file --from okta_systemlog --to okta_systemlog/name",
		Short: "Move the position to another name or directory",
		Long: "Moves the positions of a receiver, with what is remembered of delivered events, to its new name, or from the directory that its storage had before. " +
			"Nothing is lost and nothing repeated.\n\n" +
			"A receiver's directory is that of the configuration; one that is not there any more, such as the old name, had the same. " +
			"--from-dir and --to-dir name others.",
		Args: exit.NoArguments,
		RunE: func(command *cobra.Command, _ []string) error { return o.move(command) },
	}
	o.addFlags(command)
	o.addYes(command)
	flags := command.Flags()
	flags.StringVar(&o.from, "from", "", "`id` of the receiver before, such as okta_systemlog")
	flags.StringVar(&o.to, "to", "", "`id` of the receiver now (default as --from)")
	flags.StringVar(&o.fromDir, "from-dir", "", "`directory` of the file_storage before")
	flags.StringVar(&o.toDir, "to-dir", "", "`directory` of the file_storage now")
	flags.BoolVar(&o.overwrite, "overwrite", false, "replace a position of the same org that is there already; what it has delivered stays remembered")
	return command
}

func (o *options) move(command *cobra.Command) (err error) {
	if err := o.check(); err != nil {
		return err
	}
	from, to, err := o.ends(command)
	if err != nil {
		return err
	}
	source, err := openStored(from)
	if errors.Is(err, filestore.ErrNone) {
		return fmt.Errorf("%w: %s", err, whatIsThere(from.Directory))
	} else if err != nil {
		return err
	}
	emptied := false
	defer func() {
		if !emptied {
			err = errors.Join(err, source.Close(command.Context()))
		}
	}()
	moved, err := checkpoint.Entries(command.Context(), source, zap.NewNop())
	if err != nil {
		return explained(err)
	}
	if len(moved) == 0 {
		return fmt.Errorf("%w for %s: %s", errNoPosition, from.Receiver, whatIsThere(from.Directory))
	}
	target, err := openTarget(to)
	if err != nil {
		return err
	}
	arrival := &change{place: to, file: target, do: func(ctx context.Context, client checkpoint.Listed) error {
		return o.transfer(ctx, moved, to, client)
	}}
	defer func() {
		if arrival.file != nil {
			err = errors.Join(err, arrival.file.Close(command.Context()))
		}
	}()
	departure := &change{place: from, file: source, do: func(ctx context.Context, client checkpoint.Listed) error {
		return checkpoint.RemoveAll(ctx, client, moved...)
	}}
	// What ends it in between leaves the position at both ends, and the same command completes it.
	if err := o.carryOut(command, "move", "Move the position?", arrival, departure); err != nil {
		return err
	}
	if emptied = source.Empty(command.Context()); emptied {
		return source.Remove()
	}
	return nil
}

// ends are where the position is, and where it is to be.
func (o *options) ends(command *cobra.Command) (from, to check.Stored, err error) {
	if o.from == "" {
		return from, to, exit.Usagef("no receiver is named: use --from with its id before, such as okta_systemlog")
	}
	if o.to == "" {
		o.to = o.from
	}
	fromID, err := parseID(o.from)
	if err != nil {
		return from, to, err
	}
	toID, err := parseID(o.to)
	if err != nil {
		return from, to, err
	}
	var all []check.Stored
	if o.fromDir == "" || o.toDir == "" || len(o.configs) > 0 {
		if all, err = o.stored(command); err != nil {
			return from, to, err
		}
	}
	if to, err = end(all, toID, fromID, o.toDir); err != nil {
		return from, to, err
	}
	if from, err = end(all, fromID, toID, o.fromDir); err != nil {
		return from, to, err
	}
	if filestore.Path(from.Directory, fromID) == filestore.Path(to.Directory, toID) {
		return from, to, exit.Usagef("--from and --to are the same file: name another id with --to, or another directory with --from-dir or --to-dir")
	}
	return from, to, nil
}

// end is one end of a move. Its directory is the one that is named, that of the configuration, or else that of the
// other end.
func end(all []check.Stored, id, other component.ID, directory string) (check.Stored, error) {
	place := check.Stored{Receiver: id, Directory: directory}
	for _, wanted := range []component.ID{id, other} {
		at := slices.IndexFunc(all, func(one check.Stored) bool { return one.Receiver == wanted })
		if at < 0 {
			continue
		}
		if wanted == id {
			place.Host = all[at].Host
		}
		if place.Directory == "" && all[at].Err != nil {
			return place, all[at].Err
		} else if place.Directory == "" {
			place.Directory = all[at].Directory
		}
	}
	if place.Directory == "" {
		return place, exit.Usagef("the configuration has neither %s nor %s: name one of %s, or both directories with --from-dir and --to-dir", id, other, named(all))
	}
	return place, nil
}

// openTarget opens the file that a position is moved to; it is nil where there is none yet.
func openTarget(to check.Stored) (*filestore.File, error) {
	if info, err := os.Stat(to.Directory); err != nil || !info.IsDir() {
		return nil, fmt.Errorf("there is no directory %s: make it, and let it belong to the collector's user", to.Directory)
	}
	file, err := openStored(to)
	if errors.Is(err, filestore.ErrNone) {
		return nil, nil
	}
	return file, err
}

// transfer stores the moved histories, unless others are there.
func (o *options) transfer(ctx context.Context, moved []*checkpoint.Entry, to check.Stored, client checkpoint.Listed) error {
	there, err := checkpoint.Entries(ctx, client, zap.NewNop())
	if err != nil {
		return err
	}
	for _, e := range moved {
		if e.Err != nil {
			return unusable(e)
		}
		rival := e.Rival(there)
		switch {
		case rival == nil || rival.Equals(e):
		case rival.Err != nil:
			return fmt.Errorf("%s has a history that may be of the same org: %w", to.Receiver, unusable(rival))
		case !o.overwrite:
			has := historyOf(rival, "", time.Now())
			return fmt.Errorf("%s has a position of %s already, with %d remembered events%s: --overwrite replaces it, and its events are not delivered again; without it nothing is changed",
				to.Receiver, nameOf(rival), has.Remembered, newestOf(has))
		}
	}
	return checkpoint.Transfer(ctx, moved, client, there)
}

func newestOf(h history) string {
	if h.Newest.IsZero() {
		return ""
	}
	return ", the newest of " + h.Newest.Format(time.RFC3339)
}

// whatIsThere says which receivers have files in a directory.
func whatIsThere(directory string) string {
	ids := filestore.Receivers(directory, metadata.Type)
	if len(ids) == 0 {
		return fmt.Sprintf("%s has no file of an okta_systemlog receiver: name the directory that has it with --from-dir", directory)
	}
	return fmt.Sprintf("%s has files of %v: name the one with --from", directory, ids)
}
