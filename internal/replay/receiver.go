// SPDX-License-Identifier: Apache-2.0

package replay

import (
	"errors"
	"fmt"
	"maps"
	"time"

	"github.com/otel-okta/okta-systemlog-receiver/internal/otelcol"
)

// ownSettings are those that a receiver has for itself alone: what listens, what elects one of several replicas, and
// what spreads the starts of many.
var ownSettings = []string{"event_hook", "k8s_leader_elector", "initial_delay"}

// defaultReserve is the default of rate_limit.reserve.
const defaultReserve = 0.2

// source makes the receiver of a replay out of one of the configuration.
func (o Options) source(id string, receivers tree) (Source, tree, error) {
	s := Source{Receiver: id, Replay: id + "/" + o.Name}
	if _, taken := receivers[s.Replay]; taken {
		return s, nil, fmt.Errorf("the configuration has a receiver %s already, whose position it would use: give the replay another --name", s.Replay)
	}
	given := otelcol.Object(receivers, id)
	_, hook := given["event_hook"]
	if hook && given["api_token"] == nil && given["api_token_file"] == nil && given["oauth"] == nil && otelcol.Object(given, "http")["auth"] == nil {
		return s, nil, errors.New("it has an event hook alone, and no credential to read the log with: set api_token_file or oauth, or leave it out by naming the others")
	}
	settings := maps.Clone(given)
	if settings == nil {
		settings = tree{}
	}
	for _, key := range ownSettings {
		delete(settings, key)
	}
	settings["start_at"], settings["end_at"] = o.From.UTC().Format(time.RFC3339Nano), o.To.UTC().Format(time.RFC3339Nano)
	settings["replay_attribute"] = o.Mark
	// Polling would wait for a credential to be put right, for ever.
	settings["startup_check"] = "fail"
	if o.Directory != "" {
		settings["storage"] = storageOfDirectory
	}
	var ok bool
	if s.Storage, ok = settings["storage"].(string); !ok || s.Storage == "" {
		return s, nil, errors.New("it has no storage, so a replay that is interrupted would begin again: name a directory for the position with --storage")
	}
	limit, err := o.rateLimit(given["rate_limit"])
	if err != nil {
		return s, nil, err
	}
	settings["rate_limit"] = limit
	return s, settings, nil
}

// rateLimit are the settings of the rate limit with which a replay takes its share of what the receiver may use.
func (o Options) rateLimit(given any) (any, error) {
	if o.Share == 1 {
		return given, nil
	}
	limit, ok := given.(tree)
	reserve, number := defaultReserve, true
	switch value := limit["reserve"].(type) {
	case nil:
	case int:
		reserve = float64(value)
	case float64:
		reserve = value
	default:
		number = false
	}
	if given != nil && !ok || !number {
		return nil, errors.New("rate_limit.reserve is no number in the file, so that its share can't be told: write it there, or take all with --share 1")
	}
	limit = maps.Clone(limit)
	if limit == nil {
		limit = tree{}
	}
	limit["reserve"] = 1 - o.Share*(1-reserve)
	return limit, nil
}
