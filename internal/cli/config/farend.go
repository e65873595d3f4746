// SPDX-License-Identifier: Apache-2.0

package config

import (
	"errors"
	"net"
	"net/netip"
	"net/url"
	"regexp"
	"strconv"
	"strings"

	"github.com/otel-okta/okta-systemlog-receiver/internal/orgurl"
)

// nameOfDefault is what the pipeline to the default far end is called beside those of orgs.
const nameOfDefault = "default"

// Exporters, of which the far end's address tells one.
const (
	overGRPC = "otlp_grpc"
	overHTTP = "otlp_http"
)

var hostName = regexp.MustCompile(`^[A-Za-z0-9_-]+(\.[A-Za-z0-9_-]+)*\.?$`)

// farEnd is where records go.
type farEnd struct {
	endpoint string
	// tokenFile is the path of a file with a bearer token, "" for none.
	tokenFile string
}

// exporter is the type of its exporter: the URL of OTLP over HTTP has a scheme, the address of OTLP over gRPC has none.
func (f farEnd) exporter() string {
	if strings.Contains(f.endpoint, "://") {
		return overHTTP
	}
	return overGRPC
}

// isPlain reports whether gRPC goes without TLS, which it does on this machine only.
func (f farEnd) isPlain() bool {
	host, _, err := net.SplitHostPort(f.endpoint)
	return f.exporter() == overGRPC && err == nil && orgurl.IsLoopback(host)
}

// check says what is wrong with a far end. What it says begins with the names of the two settings, and repeats nothing
// of them.
func (f farEnd) check(endpoint, tokenFile string) error {
	err := f.checkEndpoint()
	switch {
	case f.endpoint == "" && f.tokenFile != "":
		return errors.New(tokenFile + " is set without " + endpoint + ": set both, or none")
	case err != nil && f.endpoint != "":
		return errors.New(endpoint + " " + err.Error())
	case f.tokenFile != "" && f.inClearText():
		return errors.New(tokenFile + " is set for a far end without TLS, where others could read the token: use an address with https:// in " + endpoint + ", or one of gRPC on another machine")
	}
	return nil
}

// inClearText reports whether a token could be read on its way, or could not be sent: gRPC sends none without TLS.
func (f farEnd) inClearText() bool {
	at, err := url.Parse(f.endpoint)
	return f.isPlain() || f.exporter() == overHTTP && err == nil && at.Scheme == "http" && !orgurl.IsLoopback(at.Hostname())
}

var errNoEndpoint = errors.New("is neither the address of OTLP over HTTP, such as https://otel.example.com:4318, nor host and port of OTLP over gRPC, such as otel.example.com:4317: write one of these")

func (f farEnd) checkEndpoint() error {
	if f.exporter() == overGRPC {
		host, port, err := net.SplitHostPort(f.endpoint)
		if err != nil || !isHost(host) || !isPort(port) {
			return errNoEndpoint
		}
		return nil
	}
	at, err := url.Parse(f.endpoint)
	switch {
	case err != nil || at.Scheme != "https" && at.Scheme != "http" || !isHost(at.Hostname()) || at.Port() != "" && !isPort(at.Port()):
		return errNoEndpoint
	case at.User != nil:
		return errors.New("has a user name or password: leave it out")
	case at.RawQuery != "" || at.Fragment != "":
		return errors.New("has more than scheme, host and path: leave the rest out")
	case strings.HasSuffix(strings.TrimRight(at.Path, "/"), "/v1/logs"):
		return errors.New("ends in /v1/logs, which the exporter adds by itself: leave that out")
	}
	return nil
}

func isHost(text string) bool {
	_, err := netip.ParseAddr(text)
	return err == nil || hostName.MatchString(text)
}

func isPort(text string) bool {
	port, err := strconv.ParseUint(text, 10, 16)
	return err == nil && port > 0
}

// readFarEnd reads the columns of a far end; nil where the line has none.
func (r row) readFarEnd(wrong *faults) *farEnd {
	r.checkPath(columnEndpointSecret, wrong)
	far := farEnd{endpoint: r.cells[columnEndpoint], tokenFile: r.cells[columnEndpointSecret]}
	if err := far.check(columnEndpoint, columnEndpointSecret); err != nil {
		wrong.add(r.line, "%s", err)
	}
	if far.endpoint == "" {
		return nil
	}
	return &far
}

// assign gives orgs without a far end the default one, which is one of those that there are otherwise.
func assign(orgs []*org, byDefault farEnd, wrong *faults) {
	for _, o := range orgs {
		switch {
		case o.far != nil && *o.far == byDefault:
			o.far = nil
		case o.far == nil && byDefault.endpoint == "":
			wrong.add(o.line, "%s is empty, and there is no default: write where the records of this org go, or name the far end of all orgs that have none with --endpoint", columnEndpoint)
		}
	}
}
