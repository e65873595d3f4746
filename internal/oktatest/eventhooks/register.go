// SPDX-License-Identifier: Apache-2.0

package eventhooks

import (
	"cmp"
	"context"
	"fmt"
	"maps"
	"net/http"
	"slices"

	"github.com/otel-okta/okta-systemlog-receiver/internal/okta/catalogue"
	"github.com/otel-okta/okta-systemlog-receiver/internal/oktatest/api"
)

// Spec describes an event hook that a test or program registers without the API.
type Spec struct {
	// URI is where to send events. Required.
	URI string
	// Secret is the value of the Authorization header; empty sends none.
	Secret string
	// Events are the event types; nil means all that are eligible.
	Events []string
	// Headers are sent with each request, the first value of each.
	Headers http.Header
	// Name is the hook's name; empty means "simulator".
	Name string
	// OrgURL is the org's address, scheme and host, as it stands in the source of deliveries; empty means
	// https://example.okta.com.
	OrgURL string
}

// Register makes an event hook and verifies it, as Add and Verify do. When only the verification fails, it returns the
// error with the id of the hook.
func (s *Server) Register(ctx context.Context, spec Spec) (id string, err error) {
	id, err = s.Add(spec)
	if err != nil {
		return "", err
	}
	return id, s.Verify(ctx, id)
}

// Add makes an event hook, active and not verified yet, with every check of the API but those of credentials.
func (s *Server) Add(spec Spec) (id string, err error) {
	config := spec.config()
	if refused := s.checkHook(&config); refused != nil {
		return "", fmt.Errorf("the event hook is not valid: %w", refused)
	}
	spec.OrgURL = cmp.Or(spec.OrgURL, "https://example.okta.com")
	now := s.env.Now()
	s.update(func() { id = s.makeHook(config, spec.OrgURL, api.SyntheticAdmin, now).id })
	return id, nil
}

// Verify sends the verification request of an event hook to its endpoint and makes it verified if the answer is right.
func (s *Server) Verify(ctx context.Context, id string) error {
	if refused := s.verifyHook(ctx, id); refused != nil {
		return refused
	}
	return nil
}

func (s Spec) config() hookConfig {
	s.Name = cmp.Or(s.Name, "simulator")
	if s.Events == nil {
		s.Events = catalogue.HookEligibleTypes()
	}
	channel := hookChannelConfig{URI: s.URI}
	if s.Secret != "" {
		channel.Auth = &hookAuthScheme{Type: "HEADER", Key: "Authorization", Value: s.Secret}
	}
	for _, name := range slices.Sorted(maps.Keys(s.Headers)) {
		channel.Headers = append(channel.Headers, hookHeader{Key: name, Value: s.Headers.Get(name)})
	}
	return hookConfig{
		Name:    s.Name,
		Events:  hookEvents{Type: "EVENT_TYPE", Items: slices.Clone(s.Events)},
		Channel: hookChannel{Type: "HTTP", Version: "1.0.0", Config: channel},
	}
}
