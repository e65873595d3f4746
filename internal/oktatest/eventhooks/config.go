// SPDX-License-Identifier: Apache-2.0

package eventhooks

import (
	"encoding/json"
	"fmt"
	"net/http"
	"net/netip"
	"net/url"
	"slices"
	"strings"
	"unicode/utf8"

	"github.com/otel-okta/okta-systemlog-receiver/internal/okta/catalogue"
	"github.com/otel-okta/okta-systemlog-receiver/internal/oktatest/apierror"
)

// hookConfig is what the owner of a hook decides: the body of create and replace requests (Okta, Event Hooks API).
// Other members are ignored.
type hookConfig struct {
	Name        string      `json:"name"`
	Description *string     `json:"description"`
	Events      hookEvents  `json:"events"`
	Channel     hookChannel `json:"channel"`
}

type hookEvents struct {
	Type   string          `json:"type"`
	Items  []string        `json:"items"`
	Filter json.RawMessage `json:"filter"`
}

type hookChannel struct {
	Type    string            `json:"type"`
	Version string            `json:"version"`
	Config  hookChannelConfig `json:"config"`
}

type hookChannelConfig struct {
	URI     string          `json:"uri"`
	Headers []hookHeader    `json:"headers"`
	Method  string          `json:"method"`
	Auth    *hookAuthScheme `json:"authScheme"`
}

type hookHeader struct {
	Key   string `json:"key"`
	Value string `json:"value"`
}

type hookAuthScheme struct {
	Type  string `json:"type"`
	Key   string `json:"key"`
	Value string `json:"value,omitempty"`
}

func (c hookChannel) equal(other hookChannel) bool {
	a, b := c.Config, other.Config
	sameSecret := a.Auth == b.Auth || a.Auth != nil && b.Auth != nil && *a.Auth == *b.Auth
	return c.Type == other.Type && c.Version == other.Version && a.URI == b.URI && slices.Equal(a.Headers, b.Headers) && sameSecret
}

// invalidHook is the 400 of a hook that is refused, with one cause for each complaint (Okta: "E0000001").
func invalidHook(complaints ...string) *apierror.Error {
	field, _, _ := strings.Cut(complaints[0], ":")
	return &apierror.Error{Status: http.StatusBadRequest, Code: "E0000001", Summary: "Api validation failed: " + field, Causes: complaints}
}

// complaints collects what is wrong with a hook.
type complaints []string

func (c *complaints) when(wrong bool, format string, args ...any) {
	if wrong {
		*c = append(*c, fmt.Sprintf(format, args...))
	}
}

// parseHook reads and checks the body of a create or replace request.
func (s *Server) parseHook(body []byte) (hookConfig, *apierror.Error) {
	var config hookConfig
	if err := json.Unmarshal(body, &config); err != nil {
		return config, apierror.New(http.StatusBadRequest, "E0000003")
	}
	return config, s.checkHook(&config)
}

// checkHook checks a hook and puts it in the form Okta keeps it in.
func (s *Server) checkHook(config *hookConfig) *apierror.Error {
	var wrong complaints
	wrong.when(config.Name == "", "name: The field cannot be left blank")
	wrong.when(utf8.RuneCountInString(config.Name) > maxHookName, "name: The field is too long, %d characters at most", maxHookName)
	config.Events.check(&wrong)
	config.Channel.check(&wrong, s.options.PlainLoopback)
	if len(wrong) > 0 {
		return invalidHook(wrong...)
	}
	config.Channel.Config.Method = http.MethodPost
	return nil
}

func (e hookEvents) check(wrong *complaints) {
	wrong.when(e.Type != "EVENT_TYPE", "events.type: The value must be EVENT_TYPE")
	wrong.when(len(e.Items) == 0, "events.items: The field cannot be left blank")
	wrong.when(len(e.Items) > maxHookTypes, "events.items: %d event types at most", maxHookTypes)
	for _, eventType := range e.Items[:min(len(e.Items), maxHookTypes)] {
		wrong.when(!catalogue.Known(eventType), "events.items: %s is not an event type", eventType)
		wrong.when(catalogue.Known(eventType) && !catalogue.HookEligible(eventType), "events.items: %s is not eligible for event hooks", eventType)
	}
	// Filters are a feature that an org must enable first, and their language is not simulated.
	wrong.when(len(e.Filter) > 0 && string(e.Filter) != "null", "events.filter: Event hook filters are not enabled for this org")
}

func (c hookChannel) check(wrong *complaints, plainLoopback bool) {
	wrong.when(c.Type != "HTTP", "channel.type: The value must be HTTP")
	wrong.when(c.Version != "1.0.0", "channel.version: The value must be 1.0.0")
	uri := c.Config.URI
	wrong.when(uri == "", "channel.config.uri: The field cannot be left blank")
	wrong.when(uri != "" && !goodHookURI(uri, plainLoopback), "channel.config.uri: The value must be a valid https URL")
	wrong.when(len(uri) > maxHookURI, "channel.config.uri: The field is too long, %d characters at most", maxHookURI)
	for _, header := range c.Config.Headers {
		wrong.when(!goodHeader(header.Key, header.Value), "channel.config.headers: %q is not a valid header", header.Key)
	}
	if auth := c.Config.Auth; auth != nil {
		wrong.when(auth.Type != "HEADER", "channel.config.authScheme.type: The value must be HEADER")
		wrong.when(!goodHeader(auth.Key, auth.Value), "channel.config.authScheme.key: The value must be a valid header")
		// A replacement is a full one, and the secret cannot be read back: a request without it has lost it.
		wrong.when(auth.Value == "", "channel.config.authScheme.value: The field cannot be left blank")
	}
}

func goodHookURI(uri string, plainLoopback bool) bool {
	u, err := url.Parse(uri)
	if err != nil || u.Hostname() == "" {
		return false
	}
	address, err := netip.ParseAddr(u.Hostname())
	loopback := u.Hostname() == "localhost" || err == nil && address.IsLoopback()
	return u.Scheme == "https" || u.Scheme == "http" && plainLoopback && loopback
}

// goodHeader reports whether a header can be sent as HTTP (RFC 9110 §5.1, §5.5).
func goodHeader(name, value string) bool {
	badName := func(c rune) bool {
		return c <= ' ' || c > '~' || strings.ContainsRune(`()<>@,;:\"/[]?={}`, c)
	}
	badValue := func(c rune) bool { return c < ' ' && c != '\t' || c == 0x7f }
	return name != "" && !strings.ContainsFunc(name, badName) && !strings.ContainsFunc(value, badValue)
}
