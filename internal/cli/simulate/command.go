// SPDX-License-Identifier: Apache-2.0

package simulate

import (
	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"github.com/otel-okta/okta-systemlog-receiver/internal/cli/exit"
	"github.com/otel-okta/okta-systemlog-receiver/internal/oktatest"
	"github.com/otel-okta/okta-systemlog-receiver/internal/oktatest/api"
	"github.com/otel-okta/okta-systemlog-receiver/internal/oktatest/generate"
	"github.com/otel-okta/okta-systemlog-receiver/internal/oktatest/scenario"
)

// Command is okta-systemlog simulate.
func Command() *cobra.Command {
	var c config
	command := &cobra.Command{
		Use:   "simulate",
		Short: "Run a simulated Okta org on a loopback address",
		Long: "Runs a simulated Okta org on a loopback address: System Log, OAuth 2.0 with DPoP, event hooks, and the management of apps " +
			"that okta-systemlog setup uses. All of it is kept in memory, and is gone when the command ends.\n\n" + faultHelp(),
		RunE: func(command *cobra.Command, args []string) error {
			given := map[string]bool{}
			command.Flags().Visit(func(f *pflag.Flag) { given[f.Name] = true })
			if err := c.validate(given, args); err != nil {
				return exit.Usagef("%w", err)
			}
			c.play(given)
			return run(command.Context(), c, command.OutOrStdout())
		},
	}
	c.addFlags(command.Flags())
	return command
}

func (c *config) addFlags(flags *pflag.FlagSet) {
	flags.StringVar(&c.listen, "listen", "127.0.0.1:8085", "loopback `address` to listen on; port 0 takes any free one")
	flags.StringVar(&c.token, "token", oktatest.DefaultToken, "SSWS API `token` to accept, which reads the log and manages event hooks")
	flags.StringVar(&c.adminToken, "admin-token", oktatest.DefaultAdminToken, "SSWS API `token` of a super admin to accept; empty means none")
	flags.StringVar(&c.orgID, "org-id", "", "`id` that the org tells to anybody who asks; empty means that it does not tell")
	flags.Float64Var(&c.rate, "rate", 5, "new events a second; 0 means none")
	flags.IntVar(&c.backlog, "backlog", 0, "`number` of events in the log at the start, spread over the day before")
	flags.StringVar(&c.scenario, "scenario", "", "`name` of what happens in the org, with a rate and a backlog of its own: "+scenario.Help())
	flags.StringVar(&c.events, "events", "", "`file` of recorded LogEvents, one JSON object a line, to serve instead of generated ones")
	flags.IntVar(&c.rateLimit, "rate-limit", oktatest.DefaultRateLimit, "the org's ceiling in `requests` a minute, of which one token may use half; -1 means none")
	flags.DurationVar(&c.latency, "latency", 0, "how long a page takes")
	flags.Uint64Var(&c.seed, "seed", 1, "seed of the generated events")
	flags.Float64Var(&c.late, "late", 0.02, "`share` of events persisted later than published, 0 to 1")
	flags.Float64Var(&c.malformed, "malformed", generate.DefaultMalformed, "`share` of malformed events, 0 to 1")
	flags.IntVar(&c.bulk, "bulk", -1, "`number` of events to serve as fast as they are read instead of simulating an org, without keeping them in memory: for benchmarks; -1 means none")
	flags.BoolVar(&c.prepare, "prepare", false, "compress the full pages of --bulk before the first request, and keep them in memory, some 0.3 MB each")
	flags.BoolVar(&c.gzip, "gzip", true, "compress answers when the client asks for it")
	flags.StringVar(&c.hookURL, "hook-url", "", "`URL` to send an event hook to, https or of a loopback address; it gets every event type that event hooks can send")
	flags.StringVar(&c.hookSecret, "hook-secret", "", "`secret` that the event hook sends as its Authorization header")
	flags.StringVar(&c.client.id, "client-id", "", "`id` of an OAuth 2.0 client to accept, with --client-key, --client-secret or both")
	flags.StringVar(&c.client.keyFile, "client-key", "", "`file` with the key of the client, a JWK or PEM, public or private; only the public half is kept")
	flags.StringVar(&c.client.keyID, "client-key-id", "", "`kid` of the key of the client; empty means that of the JWK, or else its thumbprint")
	flags.StringArrayVar(&c.client.secrets, "client-secret", nil, "`secret` of the client; twice for two that are valid together")
	flags.BoolVar(&c.client.dpop, "dpop", false, "the client must use DPoP")
	flags.StringSliceVar(&c.client.scopes, "scopes", []string{api.LogsScope}, "`scopes` that the client is granted")
	flags.StringSliceVar(&c.faults.names, "fault", nil, "`names` of faults that some requests meet in turn, from the list above")
	flags.IntVar(&c.faults.every, "fault-every", 10, "one in so many `requests` meets a fault")
	flags.StringSliceVar(&c.faults.at, "fault-at", []string{string(oktatest.Logs)}, "`endpoints` where they do: logs, token, hooks, management")
}
