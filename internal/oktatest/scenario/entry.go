// SPDX-License-Identifier: Apache-2.0

package scenario

import (
	"bytes"
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"time"

	"github.com/otel-okta/okta-systemlog-receiver/internal/oktatest/api"
	"github.com/otel-okta/okta-systemlog-receiver/internal/oktatest/logevent"
)

// entry is a LogEvent, with its members in the order in which Okta sends them.
type entry struct {
	Actor           party          `json:"actor"`
	Client          client         `json:"client"`
	Device          *device        `json:"device"`
	Authentication  authentication `json:"authenticationContext"`
	DisplayMessage  string         `json:"displayMessage"`
	EventType       string         `json:"eventType"`
	Outcome         *outcome       `json:"outcome"`
	Published       string         `json:"published"`
	SecurityContext security       `json:"securityContext"`
	Severity        string         `json:"severity"`
	DebugContext    debugContext   `json:"debugContext"`
	LegacyEventType *string        `json:"legacyEventType"`
	Transaction     transaction    `json:"transaction"`
	UUID            string         `json:"uuid"`
	Version         string         `json:"version"`
	Request         request        `json:"request"`
	Target          []target       `json:"target"`
}

// party is who or what acts.
type party struct {
	ID          string            `json:"id"`
	Type        string            `json:"type"`
	AlternateID string            `json:"alternateId"`
	DisplayName string            `json:"displayName"`
	DetailEntry map[string]string `json:"detailEntry"`
}

// target is who or what an event is about. Only some event types say what was changed.
type target struct {
	party
	ChangeDetails *change `json:"changeDetails,omitempty"`
}

type change struct {
	From map[string]string `json:"from"`
	To   map[string]string `json:"to"`
}

type client struct {
	UserAgent           *userAgent `json:"userAgent"`
	Zone                *string    `json:"zone"`
	Device              *string    `json:"device"`
	ID                  *string    `json:"id"`
	IPAddress           *string    `json:"ipAddress"`
	GeographicalContext *geo       `json:"geographicalContext"`
}

type userAgent struct {
	Raw     string `json:"rawUserAgent"`
	OS      string `json:"os"`
	Browser string `json:"browser"`
}

type geo struct {
	City        string      `json:"city"`
	State       string      `json:"state"`
	Country     string      `json:"country"`
	PostalCode  string      `json:"postalCode"`
	Geolocation geolocation `json:"geolocation"`
}

type geolocation struct {
	Lat float64 `json:"lat"`
	Lon float64 `json:"lon"`
}

type device struct {
	ID         string `json:"id"`
	Name       string `json:"name"`
	OSPlatform string `json:"os_platform"`
	OSVersion  string `json:"os_version"`
	Managed    bool   `json:"managed"`
	Registered bool   `json:"registered"`
}

type authentication struct {
	Provider           *string `json:"authenticationProvider"`
	CredentialProvider *string `json:"credentialProvider"`
	CredentialType     *string `json:"credentialType"`
	Issuer             *string `json:"issuer"`
	Interface          *string `json:"interface"`
	Step               int     `json:"authenticationStep"`
	RootSessionID      *string `json:"rootSessionId"`
	ExternalSessionID  *string `json:"externalSessionId"`
}

type outcome struct {
	Result string  `json:"result"`
	Reason *string `json:"reason"`
}

type security struct {
	ASNumber      *int       `json:"asNumber"`
	ASOrg         *string    `json:"asOrg"`
	ISP           *string    `json:"isp"`
	Domain        *string    `json:"domain"`
	IsProxy       *bool      `json:"isProxy"`
	Risk          *risk      `json:"risk,omitempty"`
	UserBehaviors []behavior `json:"userBehaviors,omitempty"`
}

type risk struct {
	Level   string   `json:"level"`
	Reasons []string `json:"reasons"`
}

type behavior struct {
	Name   string `json:"name"`
	Result string `json:"result"`
}

type debugContext struct {
	DebugData map[string]string `json:"debugData"`
}

type transaction struct {
	Type   string            `json:"type"`
	ID     string            `json:"id"`
	Detail map[string]string `json:"detail"`
}

type request struct {
	IPChain []hop `json:"ipChain"`
}

type hop struct {
	IP                  string  `json:"ip"`
	GeographicalContext *geo    `json:"geographicalContext"`
	Version             string  `json:"version"`
	Source              *string `json:"source"`
}

// orNull is nil for what Okta writes as null.
func orNull(text string) *string {
	if text == "" {
		return nil
	}
	return &text
}

// writer makes the ids of events, which don't repeat in one stream of a seed.
type writer struct {
	random *rand.Rand
	node   uint64
	made   uint64
}

// Streams of a seed, whose ids and choices do not depend on each other.
const (
	castStream uint64 = iota + 1
	backlogStream
	liveStream
	storyStream
)

func newWriter(seed, stream uint64) *writer {
	node := api.Mix(api.Mix(seed) + stream)
	return &writer{random: rand.New(rand.NewPCG(seed, node)), node: node} //nolint:gosec // reproducible on purpose
}

// event writes an entry, whose published time and ids it adds.
func (w *writer) event(at time.Time, e entry) logevent.Event {
	at = at.UTC().Truncate(time.Millisecond)
	e.UUID, e.Version, e.Published = w.uuid(), "0", at.Format(logevent.TimeLayout)
	var b bytes.Buffer
	encoder := json.NewEncoder(&b)
	encoder.SetEscapeHTML(false) // as Okta does
	if err := encoder.Encode(e); err != nil {
		panic(err) // it holds nothing that JSON has no form for
	}
	return logevent.Event{JSON: bytes.TrimSpace(b.Bytes()), UUID: e.UUID, Published: at}
}

// uuid has the form of a version 1 UUID: first a scramble of the counter that is one-to-one, then the stream.
func (w *writer) uuid() string {
	w.made++
	first := w.made * 0x9e3779b97f4b & (1<<48 - 1)
	return fmt.Sprintf("%08x-%04x-11f1-8%03x-%012x", first>>16, first&0xffff, w.node>>52, w.node&(1<<48-1))
}

const alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789"

// id returns n random letters and digits behind a prefix.
func (w *writer) id(prefix string, n int) string {
	id := []byte(prefix)
	for range n {
		id = append(id, alphabet[w.random.IntN(len(alphabet))])
	}
	return string(id)
}

func pick[T any](w *writer, from []T) T { return from[w.random.IntN(len(from))] }
