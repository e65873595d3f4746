// SPDX-License-Identifier: Apache-2.0

package config

import (
	"context"
	"fmt"
	"strings"

	"github.com/spf13/cobra"

	"github.com/otel-okta/okta-systemlog-receiver/internal/cli/exit"
	"github.com/otel-okta/okta-systemlog-receiver/internal/secret"
)

// defaultStorage is the directory of the positions, as in the examples.
const defaultStorage = "/var/lib/otelcol-okta"

// options is the command line, understood.
type options struct {
	orgs   string
	output string
	// far is the default far end.
	far                            farEnd
	startAt, pollInterval, storage string
	overwrite                      bool
}

// Command is okta-systemlog config.
func Command() *cobra.Command {
	var o options
	command := &cobra.Command{
		Use:   "config --orgs orgs.csv",
		Short: "Write a Collector configuration for many orgs",
		Long: "Writes a Collector configuration for the orgs of a CSV file, a line for each below the names of the columns. " +
			"Secrets stay in files of their own, whose paths are in the columns.\n\n" +
			"Columns: name, org_url, and api_token_file, or client_id with private_key_file (and key_id) or client_secret_file; " +
			"workspace (else the name); endpoint and endpoint_token_file of the org's own far end (else --endpoint).",
		Args:              exit.NoArguments,
		RunE:              func(command *cobra.Command, _ []string) error { return o.run(command) },
		ValidArgsFunction: cobra.NoFileCompletions,
	}
	flags := command.Flags()
	flags.StringVar(&o.orgs, "orgs", "", "CSV `file` of the orgs")
	flags.StringVar(&o.output, "output", "", "`file` to write the configuration to, instead of printing it")
	flags.BoolVar(&o.overwrite, "overwrite", false, "replace that file also where it was changed")
	flags.StringVar(&o.far.endpoint, "endpoint", "", "far end for all other orgs: `URL` (OTLP/HTTP), or host:port (OTLP/gRPC)")
	flags.StringVar(&o.far.tokenFile, "endpoint-token-file", "", "`file` with its bearer token")
	flags.StringVar(&o.startAt, "start-at", "", "start_at of all receivers, such as -24h")
	flags.StringVar(&o.pollInterval, "poll-interval", "", "poll_interval of all receivers, such as 30s")
	flags.StringVar(&o.storage, "storage", defaultStorage, "`directory` of the stored positions")
	return command
}

// shared are the settings that all receivers have.
func (o options) shared() map[string]any {
	all := map[string]any{"storage": "file_storage"}
	for key, value := range map[string]string{"start_at": o.startAt, "poll_interval": o.pollInterval} {
		if value != "" {
			all[key] = value
		}
	}
	return all
}

// check refuses what can't be done, whatever the orgs are.
func (o options) check() error {
	switch {
	case o.orgs == "":
		return exit.Usagef("no orgs are named: use --orgs with a CSV file")
	case o.overwrite && o.output == "":
		return exit.Usagef("--overwrite does nothing without --output: give both")
	case o.storage == "" || strings.ContainsFunc(o.storage, func(r rune) bool { return r != ' ' && !secret.IsVisible(r) }):
		return exit.Usagef("--storage is empty, or has characters that can't be seen: name a directory")
	case secret.IsLikelySecret(o.far.tokenFile):
		return exit.Usagef("--endpoint-token-file is the secret itself, and takes the path of a file that holds it")
	}
	if err := secret.CheckPath("--endpoint-token-file", o.far.tokenFile, "the content of that file"); err != nil {
		return exit.Usagef("%w", err)
	}
	if err := o.far.check("--endpoint", "--endpoint-token-file"); err != nil {
		return exit.Usagef("%w", err)
	}
	// What all receivers have is checked with an org that is as it should be.
	for _, mistake := range mistakesIn((&org{address: "https://acme.okta.com", credential: map[string]any{columnToken: "/token"}}).settings(o.shared())) {
		return exit.Usagef("%s", inWordsOfColumns(mistake.Error()))
	}
	return nil
}

func (o options) run(command *cobra.Command) error {
	if err := o.check(); err != nil {
		return err
	}
	raw, err := readFile(o.orgs)
	if err != nil {
		return err
	}
	text, wrong, err := o.configure(command.Context(), raw)
	switch {
	case len(wrong) > 0:
		wrong.print(command.ErrOrStderr(), o.orgs)
		return exit.ErrSaid
	case err != nil:
		return err
	case o.output != "":
		return write(o.output, []byte(text), o.overwrite)
	}
	if _, err := fmt.Fprint(command.OutOrStdout(), text); err != nil {
		return fmt.Errorf("print the configuration: %w", err)
	}
	return nil
}

// configure makes the configuration of a file of orgs, or finds what is wrong with it.
func (o options) configure(ctx context.Context, raw []byte) (string, faults, error) {
	var wrong faults
	var orgs []*org
	for _, row := range parse(raw, &wrong) {
		if row.holdsNoSecret(&wrong) { // what else is wrong with a line that holds one can't be told from that
			orgs = append(orgs, row.readOrg(o.shared(), &wrong))
		}
	}
	compare(orgs, &wrong)
	assign(orgs, o.far, &wrong)
	if len(wrong) > 0 {
		return "", wrong, nil
	}
	text, err := render(orgs, o)
	if err != nil {
		return "", nil, err
	}
	if err := verify(ctx, text, orgs, o.shared()); err != nil {
		return "", nil, err
	}
	return commented(text, o), nil, nil
}
