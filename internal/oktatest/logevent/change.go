// SPDX-License-Identifier: Apache-2.0

package logevent

import (
	"encoding/json"
	"net"
	"net/http"
	"time"
)

// Actor is who did something.
type Actor struct {
	// ID is the id of the user or client.
	ID string
	// Type is User or PublicClientApp.
	Type string
}

// Caller returns who calls the management API: an app, or the admin who made the API token.
func Caller(id string, isApp bool) Actor {
	if isApp {
		return Actor{id, "PublicClientApp"}
	}
	return Actor{id, "User"}
}

// Target is what something was done to.
type Target struct {
	// ID is the id of the object.
	ID string
	// Type is Okta's name for its type.
	Type string
	// Name is its display name; empty means none.
	Name string
	// Detail are further details; nil means none.
	Detail map[string]string
}

// Change is something that was done with the management API.
type Change struct {
	// Type is the event type, Message its display message.
	Type, Message string
	// Actor is who did it.
	Actor Actor
	// RequestID is the id of the request that did it.
	RequestID string
	// Debug is the debug data, beside that of the request.
	Debug map[string]string
	// Targets are what it was done to.
	Targets []Target
}

// Event is the event of the change (shape of Okta's published admin events).
func (c Change) Event(r *http.Request, uuid string, now time.Time) Event {
	address, _, err := net.SplitHostPort(r.RemoteAddr)
	if err != nil {
		address = r.RemoteAddr
	}
	debug := map[string]string{"requestId": c.RequestID, "requestUri": r.URL.Path, "url": r.URL.Path}
	for name, value := range c.Debug {
		debug[name] = value
	}
	targets := make([]map[string]any, 0, len(c.Targets))
	for _, t := range c.Targets {
		targets = append(targets, map[string]any{"id": t.ID, "type": t.Type, "alternateId": orNull(t.Name), "displayName": orNull(t.Name), "detailEntry": t.Detail})
	}
	raw, err := json.Marshal(map[string]any{
		"uuid": uuid, "published": now.UTC().Format(TimeLayout), "eventType": c.Type, "legacyEventType": nil, "version": "0", "severity": "INFO",
		"displayMessage": c.Message, "outcome": map[string]any{"result": "SUCCESS", "reason": nil}, "target": targets,
		"actor": map[string]any{"id": c.Actor.ID, "type": c.Actor.Type, "alternateId": c.Actor.ID, "displayName": c.Actor.ID, "detailEntry": nil},
		"client": map[string]any{
			"userAgent": map[string]string{"rawUserAgent": r.UserAgent(), "os": "Unknown", "browser": "UNKNOWN"},
			"zone":      "null", "device": "Unknown", "id": nil, "ipAddress": address, "geographicalContext": nil,
		},
		"device": nil,
		"authenticationContext": map[string]any{
			"authenticationProvider": nil, "credentialProvider": nil, "credentialType": nil, "issuer": nil, "interface": nil,
			"authenticationStep": 0, "rootSessionId": nil, "externalSessionId": "unknown",
		},
		"securityContext": map[string]any{"asNumber": nil, "asOrg": nil, "isp": nil, "domain": nil, "isProxy": nil},
		"debugContext":    map[string]any{"debugData": debug},
		"transaction":     map[string]any{"type": "WEB", "id": c.RequestID, "detail": map[string]any{}},
		"request":         map[string]any{"ipChain": []any{map[string]any{"ip": address, "geographicalContext": nil, "version": "V4", "source": nil}}},
	})
	if err != nil { // strings always marshal
		panic(err)
	}
	return Event{JSON: raw, UUID: uuid, Published: now.Truncate(time.Millisecond)}
}

// orNull makes null of a text that is empty.
func orNull(text string) any {
	if text == "" {
		return nil
	}
	return text
}
