// SPDX-License-Identifier: Apache-2.0

package hooks

import "github.com/otel-okta/okta-systemlog-receiver/internal/okta"

// bounds of the list of an org's event hooks, of which there are a few dozen. A hundred hooks of 300 types each are
// 1 MB.
var bounds = okta.Bounds{Elements: 500, Pages: 100, Bytes: 4 << 20}
