// SPDX-License-Identifier: Apache-2.0

package replay

import (
	"fmt"
	"io"
	"slices"
	"time"

	"github.com/otel-okta/okta-systemlog-receiver/internal/cli/show"
	"github.com/otel-okta/okta-systemlog-receiver/internal/connection"
	"github.com/otel-okta/okta-systemlog-receiver/internal/replay"
)

// printResult says what a replay that has ended has done.
func printResult(to io.Writer, o replay.Options, p *replay.Plan, is replay.Progress) {
	printf := func(format string, args ...any) { _, _ = fmt.Fprintf(to, format, args...) } // who does not read it sees the status
	if len(is.Earlier) == len(p.Sources) {
		printf("the replay %q of this range has ended in an earlier run, and nothing was sent: to send it again give it another --name\n", o.Name)
		return
	}
	printf("ended: %s sent in this run\n", count(is.Events, "event"))
	for _, receiver := range is.Earlier {
		printf("  nothing of %s: its range was sent to its end in an earlier run\n", receiver)
	}
}

// printJSON prints it as one JSON object.
func printJSON(to io.Writer, o replay.Options, p *replay.Plan, is replay.Progress) error {
	type receiver struct {
		Receiver   string `json:"receiver"`
		Replay     string `json:"replay"`
		Storage    string `json:"storage"`
		EarlierRun bool   `json:"ended_in_earlier_run"`
	}
	receivers := make([]receiver, 0, len(p.Sources))
	for _, source := range p.Sources {
		receivers = append(receivers, receiver{source.Receiver, source.Replay, source.Storage, slices.Contains(is.Earlier, source.Receiver)})
	}
	return show.JSON(to, struct {
		From      string     `json:"from"`
		To        string     `json:"to"`
		Events    int        `json:"events_in_this_run"`
		Receivers []receiver `json:"receivers"`
	}{o.From.UTC().Format(time.RFC3339Nano), o.To.UTC().Format(time.RFC3339Nano), is.Events, receivers})
}

// count is a number of things.
func count(n int, what string) string {
	if n != 1 {
		what += "s"
	}
	return connection.Grouped(n) + " " + what
}
