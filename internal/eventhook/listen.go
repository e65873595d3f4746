// SPDX-License-Identifier: Apache-2.0

package eventhook

import (
	"context"
	"net"

	"go.opentelemetry.io/collector/config/confighttp"
)

// Listen opens what a server listens on. Tests in virtual time replace it, since a socket would make time stand still.
var Listen = func(ctx context.Context, server *confighttp.ServerConfig) (net.Listener, error) {
	return server.ToListener(ctx)
}
