// SPDX-License-Identifier: Apache-2.0

package setup

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"net"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"

	"github.com/spf13/cobra"
	"golang.org/x/net/idna"

	"github.com/otel-okta/okta-systemlog-receiver/internal/cli/ask"
	"github.com/otel-okta/okta-systemlog-receiver/internal/cli/exit"
	"github.com/otel-okta/okta-systemlog-receiver/internal/okta/wire"
	"github.com/otel-okta/okta-systemlog-receiver/internal/orgurl"
)

const (
	// defaultName is the app's label and the hook's name.
	defaultName = "OpenTelemetry Collector (okta_systemlog)"
	// defaultOut is the directory of the files.
	defaultOut = "okta-setup"
	// maxName is how long the label of an app can be (Okta, Applications API).
	maxName = 100
	// defaultTimeout is how long a command may take; a full rate limit window is a minute.
	defaultTimeout = 3 * time.Minute
)

// options are the command line of the three commands.
type options struct {
	org, name, out string
	hook           string
	hookEndpoint   string
	yes, dryRun    bool
	json           bool
	timeout        time.Duration
	// retire is that rotate removes the keys that it has replaced.
	retire bool
	// eventHook is the name of further event hooks that teardown removes.
	eventHook string

	progress *progress
}

// Command is okta-systemlog setup.
func Command() *cobra.Command {
	var o options
	command := &cobra.Command{
		Use:   "setup --org https://acme.okta.com",
		Short: "Make what a receiver needs in an org, and check it",
		Long: "Makes what the receiver needs in an org: an API Services app with DPoP and a key that is made on this machine, the scope okta.logs.read, " +
			"and the smallest admin role that reads the System Log. Then it checks the connection and writes a Collector configuration. " +
			"It asks before it changes anything. Run again, it goes on where it stopped.\n\n" +
			"The admin credential is an API token of a super admin, in " + adminVariable + " or typed at a prompt. It goes to the org only, and is not stored.",
		Args:              exit.NoArguments,
		RunE:              func(command *cobra.Command, _ []string) error { return o.run(command, o.runSetup) },
		ValidArgsFunction: cobra.NoFileCompletions,
	}
	o.addFlags(command)
	flags := command.Flags()
	flags.StringVar(&o.name, "name", "", "`name` of the app and the event hook (default \""+defaultName+"\")")
	flags.StringVar(&o.hook, "hook", "", "public https `URL` at which an event hook reaches the collector, to have events within seconds")
	flags.StringVar(&o.hookEndpoint, "hook-endpoint", "", "`address` that the collector listens on for the event hook (default \""+hookEndpoint+"\")")
	flags.BoolVar(&o.dryRun, "dry-run", false, "print the requests that would change something, and change nothing")
	return command
}

// addFlags adds the flags that all three commands have.
func (o *options) addFlags(command *cobra.Command) {
	flags := command.Flags()
	flags.StringVar(&o.org, "org", "", "`URL` of the org, such as https://acme.okta.com")
	flags.StringVar(&o.out, "out", defaultOut, "`directory` of the files: key, configuration, and a record of what was made")
	flags.BoolVar(&o.yes, "yes", false, "do not ask")
	flags.BoolVar(&o.json, "json", false, "print one JSON object instead of lines")
	flags.DurationVar(&o.timeout, "timeout", defaultTimeout, "how long the command may take")
}

// check refuses what none of the commands can do.
func (o *options) check() error {
	switch {
	case o.timeout <= 0:
		return exit.Usagef("--timeout must be above 0")
	case o.json && !o.yes && !o.dryRun:
		return exit.Usagef("--json asks nothing: add --yes")
	case o.out == "":
		return exit.Usagef("--out is empty: name a directory")
	case strings.Contains(o.out, "${") || !utf8.ValidString(o.out) || strings.ContainsFunc(o.out, func(r rune) bool { return !unicode.IsPrint(r) }):
		return exit.Usagef("--out has characters that a Collector configuration can't name a file with: use letters, digits and spaces")
	case utf8.RuneCountInString(o.name) > maxName || strings.ContainsFunc(o.name, func(r rune) bool { return !unicode.IsPrint(r) }):
		return exit.Usagef("--name is longer than %d characters, or has some that can't be seen: use a shorter one, of letters, digits and spaces", maxName)
	}
	return nil
}

// run runs a command, and prints what ended it as JSON, too, where that is wanted.
func (o *options) run(command *cobra.Command, do func(*cobra.Command) error) error {
	o.progress = &progress{to: command.OutOrStdout(), json: o.json}
	err := do(command)
	if err != nil && !errors.Is(err, exit.ErrSaid) {
		if printErr := o.progress.print(false, map[string]any{"error": wire.Printable(err.Error(), maxText)}); printErr != nil {
			return printErr
		}
	}
	return err
}

func (o *options) runSetup(command *cobra.Command) error {
	s, err := o.newInstaller()
	if err != nil {
		return err
	}
	token, err := readAdminToken(command)
	if err != nil {
		return err
	}
	s.out.printf("%s", s.plan())
	if !o.yes && !o.dryRun {
		if err := ask.Confirm(command, "Go on?"); err != nil {
			return err
		}
	}
	if err := s.prepare(); err != nil {
		return err
	}
	var around func(http.RoundTripper) http.RoundTripper
	if o.dryRun {
		around = func(next http.RoundTripper) http.RoundTripper { return &dryRun{next: next, want: s.out.want} }
	}
	s.admin = newAdmin(s.org, token, around)
	return s.within(command, func(ctx context.Context) error { return s.finish(ctx, s.install(ctx)) })
}

// newInstaller checks the command line against the record.
func (o *options) newInstaller() (*installer, error) {
	s := &installer{opts: *o, dir: directory(o.out), out: o.progress}
	err := o.check()
	if err != nil {
		return nil, err
	}
	if s.org, err = o.parseOrg(); err != nil {
		return nil, exit.Usagef("%w", err)
	}
	if s.rec, err = s.dir.load(); err != nil {
		return nil, err
	}
	if s.rec == nil {
		s.rec = &record{Version: recordVersion, Org: s.org.String(), Name: o.name, Instance: newInstance()}
	}
	if s.rec.AppID == "" && s.rec.HookID == "" {
		s.rec.Name = cmp.Or(o.name, s.rec.Name) // nothing has a name yet
	}
	s.rec.Name = cmp.Or(s.rec.Name, defaultName)
	switch {
	case s.rec.Org != s.org.String():
		return nil, exit.Usagef("%s has the set-up of %s: use another --out for %s", o.out, s.rec.Org, s.org)
	case o.name != "" && o.name != s.rec.Name:
		return nil, exit.Usagef("%s has the set-up named %q: leave --name out, or use another --out", o.out, s.rec.Name)
	}
	// What is left out is as in the run before.
	s.opts.hook = cmp.Or(o.hook, s.rec.HookURL)
	s.opts.hookEndpoint = cmp.Or(o.hookEndpoint, s.rec.HookEndpoint, hookEndpoint)
	if s.opts.hook, err = checkHook(s.opts.hook, s.org); err != nil {
		return nil, exit.Usagef("%w", err)
	}
	if _, port, err := net.SplitHostPort(s.opts.hookEndpoint); err != nil || !isPort(port, 0) {
		return nil, exit.Usagef("--hook-endpoint %q is not an address to listen on: use host and port, such as %s", wire.Printable(s.opts.hookEndpoint, 100), hookEndpoint)
	}
	return s, nil
}

// parseOrg is the org of the command line.
func (o *options) parseOrg() (*url.URL, error) {
	if o.org == "" {
		return nil, errors.New("no org is named: use --org https://acme.okta.com")
	}
	org, err := orgurl.Parse(o.org)
	if err != nil {
		return nil, errors.New(inWordsOfCommands(err.Error()))
	}
	return org, nil
}

// checkHook checks the address of an event hook, and writes it with a path.
func checkHook(text string, org *url.URL) (string, error) {
	if text == "" {
		return "", nil
	}
	address, err := url.Parse(text)
	plain := err == nil && address.Scheme == "http" && org.Scheme == "http" // of a simulated org
	switch {
	case err != nil || address.Hostname() == "" || address.User != nil || address.Fragment != "" || address.RawQuery != "" || address.Port() != "" && !isPort(address.Port(), 1):
		return "", fmt.Errorf("--hook is not an address that okta can call: use the public https address of the collector's event hook, such as https://hooks.example.com/okta")
	case address.Scheme != "https" && !plain:
		return "", fmt.Errorf("--hook must begin with https://, which okta wants: use https://%s%s", address.Host, address.Path)
	case len(text) > 1024:
		return "", fmt.Errorf("--hook has %d characters: okta takes 1024 at most", len(text))
	}
	host, err := idna.Lookup.ToASCII(address.Hostname())
	if err != nil {
		return "", fmt.Errorf("--hook has a host that is no name: write it as a browser does")
	}
	if address.Port() != "" {
		host = net.JoinHostPort(host, address.Port())
	} else if strings.Contains(host, ":") {
		host = "[" + host + "]"
	}
	address.Host, address.Path = host, cmp.Or(address.Path, "/")
	return address.String(), nil
}

// isPort reports whether a text is the number of a port.
func isPort(text string, least uint64) bool {
	port, err := strconv.ParseUint(text, 10, 16)
	return err == nil && port >= least
}

// plan says what will be made.
func (s *installer) plan() string {
	var b strings.Builder
	fmt.Fprintf(&b, "In %s this makes what is not there yet:\n", s.org)
	fmt.Fprintf(&b, "  the API Services app %q, with DPoP and a public key whose private half is made on this machine\n", s.rec.Name)
	fmt.Fprintf(&b, "  its scopes %s\n", strings.Join(s.opts.scopes(), ", "))
	fmt.Fprintf(&b, "  its admin role %s\n", "Report Administrator")
	if s.opts.hook != "" {
		fmt.Fprintf(&b, "  the event hook %q to %s\n", s.rec.Name, s.opts.hook)
	}
	fmt.Fprintf(&b, "and in the directory %s its private key, a Collector configuration, and a record of what was made.\n", s.opts.out)
	return b.String()
}

// prepare writes the record and the key before anything is made in the org: what is made bears the id in the record.
func (s *installer) prepare() (err error) {
	if s.opts.dryRun {
		var there bool
		if s.key, there, err = s.dir.readKey(keyFile); err == nil && !there {
			s.key, err = newKey()
		}
		return err
	}
	if err := s.save(); err != nil {
		return err
	}
	if s.key, err = s.dir.ensureKey(keyFile); err != nil {
		return err
	}
	s.rec.uses(s.key.id())
	return s.save()
}
