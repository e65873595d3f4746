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
	"org_url", "api_token", "api_token_file", "start_at", "end_at", "filter", "q", "storage", "k8s_leader_elector",
	"oauth::client_id", "oauth::private_key", "oauth::private_key_file", "oauth::key_id",
	"oauth::client_secret", "oauth::client_secret_file",
	"http::proxy_url", "http::auth::authenticator",
	"event_hook::endpoint", "event_hook::secret", "event_hook::secret_file", "event_hook::register::public_url",
}

// unused are the settings of the Collector's that the receiver takes nothing for: any value is answered by leaving it
// out.
var unused = []string{"retry.max_elapsed_time"}

// foreignKeys are keys that other collectors have for an Okta log (the inputs of observIQ, Vector, Elastic, Splunk,
// Datadog and Okta's own programs), and what this receiver calls the same; and names of OAuth 2.0 and of other programs
// below the top.
var foreignKeys = map[string]string{ //nolint:gosec // names of settings, and no credentials
	"okta_domain": "org_url", "domain": "org_url", "url": "org_url", "org": "org_url", "host": "org_url", "okta_url": "org_url", "okta_org_url": "org_url",
	"okta_subdomain": "org_url", "subdomain": "org_url", "domain_name": "org_url", "hostname": "org_url", "organization": "org_url", "org_name": "org_url",
	"base_url": "org_url", "collect_url": "org_url", "okta_org": "org_url", "okta_host": "org_url", "var.url": "org_url", "request.url": "org_url",
	"request.resource.url": "org_url",
	"endpoint":             "org_url or event_hook.endpoint",
	"api_key":              "api_token", "token": "api_token", "apikey": "api_token", "okta_api_key": "api_token", "okta_token": "api_token", "okta_api_token": "api_token",
	"password": "api_token", "auth_token_key": "api_token", "auth_token": "api_token", "var.api_key": "api_token",
	"interval": "poll_interval", "scrape_interval_secs": "poll_interval", "polling_interval": "poll_interval",
	"collection_interval": "poll_interval", "frequency": "poll_interval", "min_collection_interval": "poll_interval", "fetch_interval": "poll_interval",
	"refresh_interval": "poll_interval", "var.interval": "poll_interval",
	"initial_interval": "start_at or retry.initial_interval", "start_time": "start_at", "start_date": "start_at", "since": "start_at",
	"until": "end_at", "end_time": "end_at", "end_date": "end_at",
	"earliest": "start_at", "pull_log_events_since": "start_at", "var.initial_interval": "start_at",
	"limit": "page_size", "batch_size": "page_size", "keyword_filter": "q or filter", "keywords": "q",
	"timeout": "http.timeout", "scrape_timeout_secs": "http.timeout", "proxy": "http.proxy_url", "proxy_url": "http.proxy_url", "request.timeout": "http.timeout",
	"request.proxy_url": "http.proxy_url", "request.ssl": "http.tls", "var.http_client_timeout": "http.timeout", "var.ssl": "http.tls",
	"tls": "http.tls", "ssl": "http.tls", "headers": "http.headers", "auth": "http.auth", "storage_id": "storage", "retry_on_failure": "retry",
	"preserve_original_event": "include_log_record_original",
	"client":                  "oauth.client_id", "scope": "oauth.scopes", "okta_scopes": "oauth.scopes", "public_key": "oauth.private_key", "webhook": "event_hook", "hook": "event_hook",
	"kid": "oauth.key_id", "private_key_id": "oauth.key_id", "jwk_file": "oauth.private_key_file", "jwk_json": "oauth.private_key", "jwk_pem": "oauth.private_key",
	"auth.oauth2.client.id": "oauth.client_id", "auth.oauth2.scopes": "oauth.scopes", "auth.oauth2.token_url": "org_url", "auth.oauth2.okta.jwk_file": "oauth.private_key_file",
	"auth.oauth2.okta.jwk_json": "oauth.private_key", "auth.oauth2.okta.jwk_pem": "oauth.private_key", "auth.oauth2.client.secret": "oauth.client_secret",
	"oauth.id": "oauth.client_id", "oauth.client": "oauth.client_id", "oauth.secret": "oauth.client_secret", "oauth.secret_file": "oauth.client_secret_file",
	"oauth.kid": "oauth.key_id", "oauth.key": "oauth.private_key", "oauth.key_file": "oauth.private_key_file", "oauth.private_key_path": "oauth.private_key_file",
	"oauth.scope": "oauth.scopes", "oauth.domain": "org_url", "oauth.issuer": "org_url", "oauth.token_url": "org_url", "oauth.private_key_id": "oauth.key_id",
	"oauth.jwk_file": "oauth.private_key_file", "oauth.jwk_json": "oauth.private_key", "oauth.jwk_pem": "oauth.private_key", "oauth.jwk": "oauth.private_key",
	"http.proxy": "http.proxy_url", "http.ca_file": "http.tls.ca_file", "http.insecure_skip_verify": "http.tls.insecure_skip_verify", "http.ssl": "http.tls",
	"event_hook.listen": "event_hook.endpoint", "event_hook.listen_address": "event_hook.endpoint", "event_hook.address": "event_hook.endpoint",
	"event_hook.host": "event_hook.endpoint", "event_hook.port": "event_hook.endpoint",
	"event_hook.url": "event_hook.register.public_url", "event_hook.uri": "event_hook.register.public_url", "event_hook.token": "event_hook.secret",
	"event_hook.auth_secret": "event_hook.secret", "event_hook.ssl": "event_hook.tls",
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

	"start_at": settings.Choice, "end_at": settings.Choice, "startup_check": settings.Choice, "permanent_errors": settings.Choice,
	"body": settings.Choice, "oauth::dpop": settings.Choice, "http::proxy_url": settings.Choice,
	"event_hook::path": settings.Choice, "event_hook::endpoint": settings.Choice, "event_hook::register::public_url": settings.Choice,

	"storage": settings.ID, "k8s_leader_elector": settings.ID, "http::auth::authenticator": settings.ID,
}

// times are those of them that may be times and dates to YAML.
var times = []string{"start_at", "end_at"}

// lists are those of them that hold more than one text.
var lists = map[string]reflect.Type{
	"oauth::scopes":                     reflect.TypeFor[[]string](),
	"event_hook::register::event_types": reflect.TypeFor[[]string](),
	"http::headers":                     reflect.TypeFor[configopaque.MapList](),
}
