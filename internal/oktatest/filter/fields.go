// SPDX-License-Identifier: Apache-2.0

package filter

import "strings"

// fields are the LogEvent fields that can be queried. `published` and changeDetails cannot (Okta, System Log query
// reference).
var fields = fieldSet(`
	uuid eventType version severity displayMessage legacyEventType
	actor.id actor.type actor.alternateId actor.displayName
	client.id client.zone client.device client.ipAddress
	client.userAgent.rawUserAgent client.userAgent.os client.userAgent.browser
	client.geographicalContext.city client.geographicalContext.state client.geographicalContext.country client.geographicalContext.postalCode
	client.geographicalContext.geolocation.lat client.geographicalContext.geolocation.lon
	device.id device.name device.os_platform device.os_version device.managed device.registered device.device_integrator
	device.disk_encryption_type device.screen_lock_type device.jailbreak device.secure_hardware_present
	authenticationContext.authenticationProvider authenticationContext.authenticationStep authenticationContext.credentialProvider
	authenticationContext.credentialType authenticationContext.externalSessionId authenticationContext.rootSessionId
	authenticationContext.interface authenticationContext.issuer.id authenticationContext.issuer.type
	securityContext.asNumber securityContext.asOrg securityContext.isp securityContext.domain securityContext.isProxy
	securityContext.risk.level securityContext.risk.previousLevel securityContext.risk.detectionName securityContext.risk.issuer securityContext.risk.reasons
	securityContext.ipDetails.asNumber securityContext.ipDetails.asOrg securityContext.ipDetails.isp securityContext.ipDetails.domain
	securityContext.ipDetails.ipServiceCategories.type securityContext.ipDetails.ipServiceCategories.operator securityContext.ipDetails.ipServiceCategories.isAnonymous
	securityContext.userBehaviors.id securityContext.userBehaviors.name securityContext.userBehaviors.result securityContext.botProtection.level
	outcome.result outcome.reason
	target.id target.type target.alternateId target.displayName
	transaction.id transaction.type
	request.ipChain.ip request.ipChain.version request.ipChain.source
	request.ipChain.geographicalContext.city request.ipChain.geographicalContext.state request.ipChain.geographicalContext.country
	request.ipChain.geographicalContext.postalCode`)

// freeMaps hold keys of any name.
var freeMaps = []string{"debugContext.debugData.", "transaction.detail.", "actor.detailEntry.", "target.detailEntry."}

func fieldSet(names string) map[string]bool {
	set := map[string]bool{}
	for _, name := range strings.Fields(names) {
		set[name] = true
		// The object or list a field is in can be asked for with pr.
		for at := strings.LastIndexByte(name, '.'); at > 0; at = strings.LastIndexByte(name[:at], '.') {
			set[name[:at]] = true
		}
	}
	return set
}

// queryable reports whether Okta knows the field. Names are case-sensitive.
func queryable(name string) bool {
	if fields[name] {
		return true
	}
	for _, prefix := range freeMaps {
		if name == prefix[:len(prefix)-1] || strings.HasPrefix(name, prefix) && len(name) > len(prefix) {
			return true
		}
	}
	return false
}
