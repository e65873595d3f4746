// SPDX-License-Identifier: Apache-2.0

package translate

import semconv "go.opentelemetry.io/otel/semconv/v1.43.0"

// field says where the field at a JSON path goes. Elements of an array have the path of the array.
type field struct {
	path string
	// mapper puts the value where it belongs and reports whether that was possible. When it was not, and where there is
	// no mapper, the value goes by the general rule: okta. and its path in snake_case.
	mapper mapper
	// freeForm keeps the keys below as they are: the map is Okta's "not a data contract". detailEntry and
	// changeDetails are free-form wherever they stand.
	freeForm bool
}

// fields lists what Okta documents (System Log API, LogEvent object) or is known to send, in the order in which Okta
// sends it. Fields without a mapper are listed so that their names are there before the first event; they would get the
// same ones if they were not.
var fields = []field{
	{path: "actor", mapper: copyUser}, // beside okta.actor.*
	{path: "actor.id"},
	{path: "actor.type"},
	{path: "actor.alternateId"},
	{path: "actor.displayName"},
	{path: "actor.detailEntry"},

	{path: "client.userAgent.rawUserAgent", mapper: toText(semconv.UserAgentOriginalKey)},
	{path: "client.userAgent.os", mapper: toText(semconv.UserAgentOSNameKey)},
	{path: "client.userAgent.browser", mapper: toText(semconv.UserAgentNameKey)},
	{path: "client.zone", mapper: dropNullString}, // else okta.client.zone
	{path: "client.device"},
	{path: "client.id"},
	{path: "client.ipAddress", mapper: toAddress(semconv.ClientAddressKey)},
	{path: "client.geographicalContext.city", mapper: toText(semconv.GeoLocalityNameKey)},
	{path: "client.geographicalContext.state"},
	{path: "client.geographicalContext.country"},
	{path: "client.geographicalContext.postalCode", mapper: toTextOrDigits(semconv.GeoPostalCodeKey)},
	{path: "client.geographicalContext.geolocation.lat", mapper: toDouble(semconv.GeoLocationLatKey)},
	{path: "client.geographicalContext.geolocation.lon", mapper: toDouble(semconv.GeoLocationLonKey)},
	{path: "client.ipChain"},

	{path: "device.id"},
	{path: "device.name"},
	{path: "device.os_platform"},
	{path: "device.os_version"},
	{path: "device.managed"},
	{path: "device.registered"},
	{path: "device.device_integrator"},
	{path: "device.disk_encryption_type"},
	{path: "device.screen_lock_type"},
	{path: "device.jailbreak"},
	{path: "device.secure_hardware_present"},

	{path: "authenticationContext.authenticationProvider"},
	{path: "authenticationContext.credentialProvider"},
	{path: "authenticationContext.credentialType"},
	{path: "authenticationContext.issuer.id"},
	{path: "authenticationContext.issuer.type"},
	{path: "authenticationContext.interface"},
	{path: "authenticationContext.authenticationStep"},
	{path: "authenticationContext.rootSessionId"},
	{path: "authenticationContext.externalSessionId", mapper: toText(semconv.SessionIDKey)},

	{path: "displayMessage", mapper: toBody},
	{path: "eventType", mapper: toEventName}, // beside okta.event_type

	{path: "outcome", mapper: copyErrorType}, // beside okta.outcome.*
	{path: "outcome.result"},
	{path: "outcome.reason"},

	{path: "published", mapper: toTimestamp},

	{path: "securityContext", mapper: noteSecurityContext},
	{path: "securityContext.asNumber"},
	{path: "securityContext.asOrg"},
	{path: "securityContext.isp"},
	{path: "securityContext.domain"},
	{path: "securityContext.isProxy"},
	{path: "securityContext.risk.level"},
	{path: "securityContext.risk.reasons"},
	{path: "securityContext.risk.detectionName"},
	{path: "securityContext.risk.issuer"},
	{path: "securityContext.risk.previousLevel"},
	{path: "securityContext.ipDetails.asNumber"},
	{path: "securityContext.ipDetails.asOrg"},
	{path: "securityContext.ipDetails.isp"},
	{path: "securityContext.ipDetails.domain"},
	{path: "securityContext.ipDetails.ipServiceCategories.type"},
	{path: "securityContext.ipDetails.ipServiceCategories.operator"},
	{path: "securityContext.ipDetails.ipServiceCategories.isAnonymous"},
	{path: "securityContext.userBehaviors.id"},
	{path: "securityContext.userBehaviors.name"},
	{path: "securityContext.userBehaviors.result"},
	{path: "securityContext.botProtection.level"},

	{path: "severity", mapper: toSeverity},
	{path: "debugContext.debugData", mapper: copyURLPath, freeForm: true}, // the copied value stays in the map
	{path: "legacyEventType"},
	{path: "transaction.type"},
	{path: "transaction.id"},
	{path: "transaction.detail", freeForm: true},
	{path: "uuid", mapper: toUID},
	{path: "version"},

	{path: "request.ipChain.ip"},
	{path: "request.ipChain.geographicalContext.city"},
	{path: "request.ipChain.geographicalContext.state"},
	{path: "request.ipChain.geographicalContext.country"},
	{path: "request.ipChain.geographicalContext.postalCode"},
	{path: "request.ipChain.geographicalContext.geolocation.lat"},
	{path: "request.ipChain.geographicalContext.geolocation.lon"},
	{path: "request.ipChain.version"},
	{path: "request.ipChain.source"},

	{path: "target", mapper: noteTarget},
	{path: "target.id"},
	{path: "target.type"},
	{path: "target.alternateId"},
	{path: "target.displayName"},
	{path: "target.detailEntry"},
	{path: "target.changeDetails"},
}
