// SPDX-License-Identifier: Apache-2.0

package management

import (
	"crypto/sha256"
	"encoding/base64"
	"fmt"
	"slices"
	"time"

	"github.com/otel-okta/okta-systemlog-receiver/internal/oktatest/api"
	"github.com/otel-okta/okta-systemlog-receiver/internal/oktatest/apierror"
)

// secret is one client secret of an app.
type secret struct {
	id               string
	created, updated time.Time
	inactive         bool
	value            string
}

// secretModel is what Okta calls the model of a secret in texts.
const secretModel = "OAuth2ClientSecretMediated"

// newSecret makes a secret; an empty value is generated.
func (s *Server) newSecret(value string, inactive bool, now time.Time) *secret {
	if value == "" {
		value = (s.env.IDs.Next() + s.env.IDs.Next())[:generatedBytes]
	}
	return &secret{id: s.env.IDs.Object("ocs"), created: now, updated: now, inactive: inactive, value: value}
}

// hash names a secret without telling it.
func (x *secret) hash() string {
	sum := sha256.Sum256([]byte(x.value))
	return base64.RawURLEncoding.EncodeToString(sum[:16])
}

// view is the secret as the API shows it: in clear, which recorded answers are too.
func (x *secret) view(base string, a *app) map[string]any {
	self := base + api.AppsPath + "/" + a.id + "/credentials/secrets/" + x.id
	return map[string]any{
		"id": x.id, "status": status(x.inactive), "client_secret": x.value, "secret_hash": x.hash(),
		"created": stamp(x.created), "lastUpdated": stamp(x.updated), "_links": credentialLinks(self, x.inactive),
	}
}

// secretComplaints says what is wrong with a secret for a client of the given method.
func secretComplaints(method, value string) (wrong complaints) {
	wrong.when(len(value) > maxSecret, "client_secret: The value must have %d characters at most", maxSecret)
	least := minSecret
	if method == secretJWT {
		least = minSecretHMAC
	}
	wrong.when(len(value) < least, "client_secret: The value must have at least %d characters", least)
	bad := slices.ContainsFunc([]byte(value), func(b byte) bool { return b < ' ' || b > '~' })
	wrong.when(bad, "client_secret: The value must have printable ASCII characters only")
	wrong.when(method == privateKeyJWT || method == "none", "client_secret: A secret is not allowed with the token_endpoint_auth_method %s", method)
	return wrong
}

func (s *Server) listSecrets(c *call) (reply, *apierror.Error) {
	a, refused := s.app(c)
	if refused != nil {
		return refuse(refused)
	}
	views := make([]any, 0, len(a.secrets))
	for _, x := range a.secrets {
		views = append(views, x.view(c.base, a))
		c.logSecret(a, x, "app.oauth2.client.read_client_secret", "Read OAuth client secret")
	}
	return ok(views)
}

func (s *Server) addSecret(c *call) (reply, *apierror.Error) {
	a, refused := s.app(c)
	if refused == nil {
		refused = s.mayChangeCredentials(c, a)
	}
	var sent struct {
		Secret string `json:"client_secret"`
		Status string `json:"status"`
	}
	if refused == nil && len(c.body) > 0 {
		refused = c.decode(&sent)
	}
	if refused != nil {
		return refuse(refused)
	}
	x := s.newSecret(sent.Secret, sent.Status == "INACTIVE", c.now)
	wrong := secretComplaints(a.config.Credentials.OAuth.Method, x.value)
	wrong.when(sent.Status != "" && sent.Status != "ACTIVE" && sent.Status != "INACTIVE", "status: The value must be ACTIVE or INACTIVE")
	wrong.when(len(a.secrets) >= maxSecrets, "You've reached the maximum number of client secrets per client.")
	if len(wrong) > 0 {
		return refuse(apierror.Refused(secretModel, wrong...))
	}
	a.secrets = append(slices.Clone(a.secrets), x)
	s.changed(c, a)
	c.logSecret(a, x, credentialEvent+"create", "Create OAuth client credential")
	return created(x.view(c.base, a))
}

// secret returns app and secret that the path names.
func (s *Server) secret(c *call) (*app, *secret, *apierror.Error) {
	a, refused := s.app(c)
	if refused != nil {
		return nil, nil, refused
	}
	at := slices.IndexFunc(a.secrets, func(x *secret) bool { return x.id == c.ids["secret"] })
	if at < 0 {
		return nil, nil, apierror.NotFound(c.ids["secret"], secretModel)
	}
	return a, a.secrets[at], nil
}

func (s *Server) showSecret(c *call) (reply, *apierror.Error) {
	a, x, refused := s.secret(c)
	if refused != nil {
		return refuse(refused)
	}
	c.logSecret(a, x, "app.oauth2.client.read_client_secret", "Read OAuth client secret")
	return ok(x.view(c.base, a))
}

func (s *Server) activateSecret(c *call) (reply, *apierror.Error) {
	return s.setSecret(c, false, "activate")
}

func (s *Server) deactivateSecret(c *call) (reply, *apierror.Error) {
	return s.setSecret(c, true, "deactivate")
}

func (s *Server) setSecret(c *call, inactive bool, verb string) (reply, *apierror.Error) {
	a, x, refused := s.secret(c)
	if refused == nil {
		refused = s.mayChangeCredentials(c, a)
	}
	if refused != nil {
		return refuse(refused)
	}
	others := slices.ContainsFunc(a.secrets, func(o *secret) bool { return o != x && !o.inactive })
	if inactive && !x.inactive && !others {
		return refuse(apierror.Refused(secretModel, "You can't deactivate the only active client secret."))
	}
	if x.inactive != inactive {
		x.inactive, x.updated = inactive, c.now
		s.changed(c, a)
		c.logSecret(a, x, credentialEvent+verb, fmt.Sprintf("OAuth client credential: %s", verb))
	}
	return ok(x.view(c.base, a))
}

func (s *Server) deleteSecret(c *call) (reply, *apierror.Error) {
	a, x, refused := s.secret(c)
	if refused == nil {
		refused = s.mayChangeCredentials(c, a)
	}
	if refused != nil {
		return refuse(refused)
	}
	if !x.inactive {
		return refuse(apierror.Refused(secretModel, "You can't delete an active client secret. Deactivate the secret before deleting it."))
	}
	a.secrets = slices.DeleteFunc(slices.Clone(a.secrets), func(o *secret) bool { return o == x })
	s.changed(c, a)
	c.logSecret(a, x, credentialEvent+"delete", "Delete OAuth client credential")
	return gone()
}
