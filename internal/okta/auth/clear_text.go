// SPDX-License-Identifier: Apache-2.0

package auth

import (
	"fmt"
	"net"
	"net/http"
	"syscall"
	"time"
)

// dialTimeout is as long as that of the default transport.
const dialTimeout = 30 * time.Second

// StayOnThisMachine makes a transport refuse connections to other machines. It is for orgs with http: a credential that
// is sent in clear text must not leave this machine, whatever a name such as localhost leads to and whatever proxy the
// environment names.
func StayOnThisMachine(transport *http.Transport) {
	transport.Proxy = nil
	transport.DialContext = (&net.Dialer{Timeout: dialTimeout, Control: refuseOthers}).DialContext
}

// refuseOthers refuses connections to other machines.
func refuseOthers(_, address string, _ syscall.RawConn) error {
	host, _, err := net.SplitHostPort(address)
	if ip := net.ParseIP(host); err != nil || ip == nil || !ip.IsLoopback() {
		return fmt.Errorf("the org's address has http, and its host is %s, which is another machine: the credential is not sent there in clear text: use https", address)
	}
	return nil
}
