// SPDX-License-Identifier: Apache-2.0

package oktasystemlogreceiver

import (
	"reflect"

	"go.opentelemetry.io/collector/config/configopaque"

	"github.com/otel-okta/okta-systemlog-receiver/internal/settings"
)

// neverEmpty are the settings that may be left out, or have a default, and that nobody sets to nothing on purpose. The
// Collector turns a variable that is not set into nothing, so that api_token: ${env:UNSET} would look like no
// api_token at all. Of settings with a few values, such as body, nothing is refused as a value anyway.
var neverEmpty = []string{
	"org_url", "api_token", "api_token_file", "start_at", "filter", "q", "storage", "k8s_leader_elector",
	"oauth::client_id", "oauth::private_key", "oauth::private_key_file", "oauth::key_id",
	"oauth::client_secret", "oauth::client_secret_file",
	"http::proxy_url", "http::auth::authenticator",
	"event_hook::endpoint", "event_hook::secret", "event_hook::secret_file", "event_hook::register::public_url",
}

// unused are the settings of the Collector's that the receiver takes nothing for: any value is answered by leaving it out.
var unused = []string{"retry.max_elapsed_time"}

// foreignKeys are keys that other collectors have for an Okta log (the inputs of observIQ, Vector, Elastic and Splunk),
// and what this receiver calls the same; and names of OAuth 2.0 and of other programs below the top.
var foreignKeys = map[string]string{ //nolint:gosec // names of settings, and no credentials
	"okta_domain": "org_url", "domain": "org_url", "url": "org_url", "org": "org_url", "host": "org_url",
	"endpoint": "org_url or event_hook.endpoint",
	"api_key":  "api_token", "token": "api_token", "apikey": "api_token",
	"interval": "poll_interval", "scrape_interval_secs": "poll_interval", "polling_interval": "poll_interval",
	"collection_interval": "poll_interval", "frequency": "poll_interval",
	"initial_interval": "start_at or retry.initial_interval", "start_time": "start_at", "start_date": "start_at", "since": "start_at",
	"limit": "page_size", "batch_size": "page_size",
	"timeout": "http.timeout", "scrape_timeout_secs": "http.timeout", "proxy": "http.proxy_url", "proxy_url": "http.proxy_url",
	"tls": "http.tls", "headers": "http.headers", "auth": "http.auth", "storage_id": "storage",
	"client": "oauth.client_id", "scope": "oauth.scopes", "public_key": "oauth.private_key", "webhook": "event_hook", "hook": "event_hook",
	"oauth.id": "oauth.client_id", "oauth.client": "oauth.client_id", "oauth.secret": "oauth.client_secret", "oauth.secret_file": "oauth.client_secret_file",
	"oauth.kid": "oauth.key_id", "oauth.key": "oauth.private_key", "oauth.key_file": "oauth.private_key_file", "oauth.private_key_path": "oauth.private_key_file",
	"oauth.scope": "oauth.scopes", "oauth.domain": "org_url", "oauth.issuer": "org_url", "oauth.token_url": "org_url",
	"http.proxy": "http.proxy_url", "http.ca_file": "http.tls.ca_file", "http.insecure_skip_verify": "http.tls.insecure_skip_verify",
	"event_hook.listen": "event_hook.endpoint", "event_hook.listen_address": "event_hook.endpoint", "event_hook.address": "event_hook.endpoint",
	"event_hook.url": "event_hook.register.public_url", "event_hook.uri": "event_hook.register.public_url", "event_hook.token": "event_hook.secret",
	"event_hook.register.url": "event_hook.register.public_url", "event_hook.register.events": "event_hook.register.event_types",
}

// emptySections are the sections that are there when their key is, and what to do when nothing stands below it.
var emptySections = map[string]string{
	"oauth":      "set oauth.client_id and oauth.private_key_file or oauth.client_secret_file",
	"event_hook": "set event_hook.endpoint and event_hook.secret_file",
}

// roles are the settings that are text, lists and mappings of text among them.
var roles = map[string]settings.Role{
	"api_token": settings.Secret, "oauth::private_key": settings.Secret, "oauth::client_secret": settings.Secret, "event_hook::secret": settings.Secret,

	"org_url": settings.Address, "api_token_file": settings.Free, "filter": settings.Free, "q": settings.Free,
	"oauth::client_id": settings.Free, "oauth::private_key_file": settings.Free, "oauth::key_id": settings.Free,
	"oauth::client_secret_file": settings.Free, "oauth::scopes": settings.Free,
	"http::headers": settings.Free, "event_hook::header": settings.Free, "event_hook::secret_file": settings.Free,
	"event_hook::register::name": settings.Free, "event_hook::register::event_types": settings.Free,

	"start_at": settings.Choice, "startup_check": settings.Choice, "permanent_errors": settings.Choice,
	"body": settings.Choice, "oauth::dpop": settings.Choice, "http::proxy_url": settings.Choice,
	"event_hook::path": settings.Choice, "event_hook::endpoint": settings.Choice, "event_hook::register::public_url": settings.Choice,

	"storage": settings.ID, "k8s_leader_elector": settings.ID, "http::auth::authenticator": settings.ID,
}

// lists are those of them that hold more than one text.
var lists = map[string]reflect.Type{
	"oauth::scopes":                     reflect.TypeFor[[]string](),
	"event_hook::register::event_types": reflect.TypeFor[[]string](),
	"http::headers":                     reflect.TypeFor[configopaque.MapList](),
}
