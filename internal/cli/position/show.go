// SPDX-License-Identifier: Apache-2.0

package position

import (
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"slices"
	"time"

	"github.com/spf13/cobra"
	"go.opentelemetry.io/collector/component"

	"github.com/otel-okta/okta-systemlog-receiver/internal/cli/check"
	"github.com/otel-okta/okta-systemlog-receiver/internal/cli/exit"
	"github.com/otel-okta/okta-systemlog-receiver/internal/cli/filestore"
	"github.com/otel-okta/okta-systemlog-receiver/internal/cli/show"
	"github.com/otel-okta/okta-systemlog-receiver/internal/metadata"
)

func showCommand() *cobra.Command {
	var o options
	command := &cobra.Command{
		Use:   "show --config file [okta_systemlog/name ...]",
		Short: "Show the stored positions",
		Long: "Shows for each receiver, or for those that are named, what its file_storage holds: the org, where polling resumes, the newest event and " +
			"its age, how many delivered events are remembered. It opens the file for reading only.",
		RunE: o.show,
	}
	o.addFlags(command)
	return command
}

// shown is what show prints as JSON.
type shown struct {
	OK        bool    `json:"ok"`
	Receivers []state `json:"receivers"`
	// LeftBehind are receivers that have a file in a directory of the configuration, and are not in it.
	LeftBehind []string `json:"left_behind,omitempty"`
	// Replays are those of okta-systemlog replay, which no configuration has: they have a file, and no position in
	// the log.
	Replays []string `json:"replays,omitempty"`
}

func (o *options) show(command *cobra.Command, args []string) error {
	all, err := o.stored(command)
	if err != nil {
		return err
	}
	wanted, err := selected(all, args)
	if err != nil {
		return err
	}
	out := shown{OK: true}
	for _, place := range wanted {
		s := read(command.Context(), place)
		out.OK = out.OK && s.Error == "" && !slices.ContainsFunc(s.Histories, func(h history) bool { return h.Error != "" })
		out.Receivers = append(out.Receivers, s)
	}
	if len(args) == 0 {
		out.addLeftBehind(command.Context(), all)
	}
	if err := out.print(command.OutOrStdout(), o.json); err != nil {
		return err
	}
	if !out.OK {
		return exit.ErrSaid
	}
	return nil
}

// selected are the receivers that the arguments name, all of them where they name none.
func selected(all []check.Stored, args []string) ([]check.Stored, error) {
	if len(args) == 0 {
		return all, nil
	}
	var wanted []check.Stored
	for _, arg := range args {
		id, err := parseID(arg)
		if err != nil {
			return nil, err
		}
		at := slices.IndexFunc(all, func(one check.Stored) bool { return one.Receiver == id })
		if at < 0 {
			return nil, notThere(id, all)
		}
		wanted = append(wanted, all[at])
	}
	return wanted, nil
}

// read reads what is stored at a place. Why that can't be read is part of it.
func read(ctx context.Context, place check.Stored) state {
	failed := func(err error) state {
		s := describe(place, nil, time.Now())
		if place.Directory == "" {
			s.File = ""
		}
		s.Error = err.Error()
		return s
	}
	if place.Err != nil {
		return failed(place.Err)
	}
	file, err := filestore.Read(filestore.Path(place.Directory, place.Receiver))
	if errors.Is(err, filestore.ErrNone) {
		return describe(place, nil, time.Now())
	} else if err != nil {
		return failed(explained(err))
	}
	s, err := stateOf(ctx, place, file)
	if err = errors.Join(err, file.Close(ctx)); err != nil {
		return failed(explained(err))
	}
	return s
}

// explained adds to why a file can't be opened or read what to do about it.
func explained(err error) error {
	switch {
	case errors.Is(err, filestore.ErrHeld):
		return fmt.Errorf("%w, most likely the running collector: stop it first. While it runs, its metrics otelcol_okta_systemlog_lag and "+
			"otelcol_okta_systemlog_position_age show how far it is, and its log says where it resumed", err)
	case errors.Is(err, filestore.ErrDamaged):
		return fmt.Errorf("%w: restore it from a copy, or move it away and set start_at to the time of the newest event that arrived", err)
	case errors.Is(err, fs.ErrPermission):
		return fmt.Errorf("%w: run okta-systemlog as the collector's user", err)
	}
	return err
}

// addLeftBehind adds the receivers whose files lie in directories of a configuration that does not have them.
func (s *shown) addLeftBehind(ctx context.Context, all []check.Stored) {
	seen := map[component.ID]bool{}
	for _, one := range all {
		for _, id := range filestore.Receivers(one.Directory, metadata.Type) {
			known := slices.ContainsFunc(all, func(other check.Stored) bool { return other.Receiver == id && other.Directory == one.Directory })
			if known || one.Err != nil || seen[id] {
				continue
			}
			seen[id] = true
			if found := read(ctx, check.Stored{Receiver: id, Directory: one.Directory}); found.Error == "" && len(found.Histories) == 0 {
				s.Replays = append(s.Replays, id.String())
			} else {
				s.LeftBehind = append(s.LeftBehind, id.String())
			}
		}
	}
}

func (s *shown) print(to io.Writer, asJSON bool) error {
	if asJSON {
		return show.JSON(to, s)
	}
	for i := range s.Receivers {
		if i > 0 {
			printf(to, "\n")
		}
		printf(to, "%s\n", s.Receivers[i].Receiver)
		s.Receivers[i].print(to)
	}
	for _, name := range s.LeftBehind {
		printf(to, "\nBeside them lies a file of %s, which the configuration does not have.\n"+
			"If that was renamed: okta-systemlog position move --from %s --to its new name\n", name, name)
	}
	for _, name := range s.Replays {
		printf(to, "\nBeside them lies a file of %s, with no position in the log: that of a replay.\n"+
			"Once it is not to be resumed any more, its file can be removed.\n", name)
	}
	return nil
}
