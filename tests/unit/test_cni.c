// SPDX-License-Identifier: GPL-2.0-only
/*
 * test_cni.c - names of ports of containers; results of CNI plugins, read and written
 */
#include "capture.h"

#include <string.h>

#include "cni.h"

/* cni_main.c has main(), and these */
const char *const cni_versions[] = { "0.3.1", "0.4.0", "1.0.0", "1.1.0", NULL };

int cni_fail(struct cni *c, int code, const char *fmt, ...)
{
	(void)fmt;
	c->code = code;
	return code;
}

int cni_model(struct cni *c, int status, int code)
{
	return status ? cni_fail(c, code, "%d", status) : 0;
}

#define ID "3f2a9c1b7e0455aa3f2a9c1b7e0455aa3f2a9c1b7e0455aa3f2a9c1b7e0455aa"

static void test_names(void **state)
{
	char name[XSW_NAME_MAX], other[XSW_NAME_MAX];

	(void)state;
	cni_port_name("net", ID, "eth0", name);
	assert_memory_equal(name, "3f2a9c1b7e04-eth0-cni-", 22);
	assert_true(port_name_valid(name));
	assert_true(cni_port_is_of(name, "net"));
	assert_false(cni_port_is_of(name, "net2"));
	assert_false(cni_port_is_of(name + 30, "net"));
	assert_false(cni_port_is_of("", "net"));
	assert_false(cni_port_is_of("gw", "net"));
	/* each of the three makes another one */
	cni_port_name("net2", ID, "eth0", other);
	assert_string_not_equal(name, other);
	cni_port_name("net", ID "b", "eth0", other);
	assert_string_not_equal(name, other);
	cni_port_name("net", ID, "eth1", other);
	assert_string_not_equal(name, other);
	cni_port_name("net", ID, "eth0", other);
	assert_string_equal(name, other);
	/* and none borrows from its neighbour */
	cni_port_name("net", "a", "beth0", name);
	cni_port_name("net", "ab", "eth0", other);
	assert_string_not_equal(name + strlen(name) - 16, other + strlen(other) - 16);
	cni_port_name("neta", "b", "eth0", other);
	cni_port_name("net", "ab", "eth0", name);
	assert_string_not_equal(name + strlen(name) - 16, other + strlen(other) - 16);
}

/* Whatever there is in the name of a network, a container or a device. */
static void test_names_are_valid(void **state)
{
	static const char *const devices[] = { "e", "123456789012345", "a!$\"'\\*?", "~", "help" };
	char name[XSW_NAME_MAX];

	(void)state;
	for (size_t i = 0; i < sizeof(devices) / sizeof(*devices); i++) {
		assert_true(ifname_valid(devices[i]));
		cni_port_name(ID ID, ID, devices[i], name);
		assert_true(port_name_valid(name));
		assert_true(cni_port_is_of(name, ID ID));
	}
	assert_true(cni_name_valid("a.b_c-9"));
	assert_false(cni_name_valid(""));
	assert_false(cni_name_valid("-a"));
	assert_false(cni_name_valid("a/b"));
	assert_false(cni_name_valid("a\n"));
}

static const char old[] =
	"{\"cniVersion\": \"0.4.0\", \"interfaces\": [{\"name\": \"eth0\", \"mtu\": 1400}],"
	" \"ips\": [{\"version\": \"4\", \"address\": \"10.0.0.5/16\", \"gateway\": \"10.0.0.1\","
	" \"interface\": 0}, {\"version\": \"6\", \"address\": \"fd00::5/64\"}],"
	" \"routes\": [{\"dst\": \"0.0.0.0/0\"}, {\"dst\": \"fd01::/64\", \"gw\": \"fd00::9\","
	" \"priority\": 7}, {\"dst\": \"::/0\"}]}";

static json_t *as(int version, const char *list, const char *key)
{
	struct cni c = { 0 };
	json_t *from = json_loads(old, 0, NULL), *result, *out, *value;

	assert_int_equal(cni_result_read(&c, from, "old", &result), 0);
	out = cni_result_as(result, version);
	value = json_incref(json_object_get(
		json_array_get(json_object_get(out, list), 1 * !!strcmp(list, "interfaces")), key));
	json_decref(from);
	json_decref(result);
	json_decref(out);
	return value;
}

static void test_versions(void **state)
{
	(void)state;
	for (int v = CNI_0_3_1; v < CNI_VERSIONS; v++) {
		json_t *family = as(v, "ips", "version"), *mtu = as(v, "interfaces", "mtu"),
		       *priority = as(v, "routes", "priority");

		assert_int_equal(!family, v >= CNI_1_0_0);
		if (family)
			assert_string_equal(json_string_value(family), "6");
		assert_int_equal(!mtu, v < CNI_1_1_0);
		assert_int_equal(!priority, v < CNI_1_1_0);
		json_decref(family);
		json_decref(mtu);
		json_decref(priority);
	}
}

static void test_addresses(void **state)
{
	static const uint8_t gw[4] = { 10, 0, 0, 1 };
	struct cni c = { 0 };
	json_t *from = json_loads(old, 0, NULL);
	struct cni_ips ips;

	(void)state;
	assert_int_equal(cni_result_ips(&c, from, "old", &ips), 0);
	assert_int_equal(ips.n, 2);
	assert_int_equal(ips.ips[0].addr.plen, 16);
	assert_int_equal(ips.ips[0].interface, 0);
	assert_true(ips.ips[0].has_gateway);
	assert_int_equal(ips.ips[1].interface, -1);
	assert_false(ips.ips[1].has_gateway);
	assert_int_equal(ips.nroutes, 3);
	/* the gateway of the family, where there is one */
	assert_true(ips.routes[0].has_via);
	assert_memory_equal(ips.routes[0].via, gw, sizeof(gw));
	assert_int_equal(ips.routes[1].metric, 7);
	assert_true(ips.routes[1].has_via);
	assert_false(ips.routes[2].has_via);
	cni_ips_free(&ips);
	json_decref(from);
}

static void test_no_results(void **state)
{
	static const char *const bad[] = {
		"[]", "1", "null", "{\"ips\": 1}", "{\"routes\": {}}", "{\"interfaces\": \"x\"}",
	};
	static const char *const bad_ips[] = {
		"{\"ips\": [1]}",
		"{\"ips\": [{}]}",
		"{\"ips\": [{\"address\": \"10.0.0.1\"}]}",
		"{\"ips\": [{\"address\": \"10.0.0.1/33\"}]}",
		"{\"ips\": [{\"address\": \"10.0.0.1/24\", \"gateway\": \"10.0.0.2/24\"}]}",
		"{\"ips\": [{\"address\": \"10.0.0.1/24\", \"gateway\": \"fd00::1\"}]}",
		"{\"routes\": [{\"dst\": \"10.0.0.0\"}]}",
		"{\"routes\": [{\"dst\": \"10.0.0.0/8\", \"gw\": \"fd00::1\"}]}",
		"{\"routes\": [{\"dst\": \"10.0.0.0/8\", \"priority\": -1}]}",
		"{\"routes\": [null]}",
	};
	struct cni_ips ips;
	json_t *result;

	(void)state;
	for (size_t i = 0; i < sizeof(bad) / sizeof(*bad); i++) {
		struct cni c = { 0 };
		json_t *from = json_loads(bad[i], JSON_DECODE_ANY, NULL);

		assert_int_equal(cni_result_read(&c, from, "x", &result), CNI_DECODE);
		assert_null(result);
		json_decref(from);
	}
	for (size_t i = 0; i < sizeof(bad_ips) / sizeof(*bad_ips); i++) {
		struct cni c = { 0 };
		json_t *from = json_loads(bad_ips[i], 0, NULL);

		assert_int_equal(cni_result_ips(&c, from, "x", &ips), CNI_DECODE);
		cni_ips_free(&ips);
		json_decref(from);
	}
}

static void test_configuration(void **state)
{
	struct cni c = { 0 };

	(void)state;
	c.json = json_loads(
		"{\"name\": \"n\", \"vlanTrunk\": [{\"id\": 10}, {\"minID\": 62, \"maxID\":"
		" 65}], \"isDefaultGateway\": true, \"mtu\": 0, \"storm\": {\"unknown\":"
		" \"10kpps\"}, \"somebody\": {}, \"runtimeConfig\": {\"bandwidth\":"
		" {\"egressRate\": 5000, \"egressBurst\": 1}}}",
		0, NULL);
	assert_int_equal(cni_conf_read(&c), 0);
	assert_string_equal(c.conf.switch_name, "cni0");
	assert_true(c.conf.gateway);
	assert_true(c.conf.trunk);
	assert_int_equal(c.conf.trunks.word[0], 1ULL << 10 | 3ULL << 62);
	assert_int_equal(c.conf.trunks.word[1], 3);
	assert_int_equal(cni_port_vlan(&c.conf), 1);
	assert_int_equal(c.conf.rate[XSW_METER_UNKNOWN].rate, 10000);
	assert_false(c.conf.rate[XSW_METER_UNKNOWN].bits);
	assert_int_equal(c.conf.rate[XSW_METER_POLICE].rate, 5000);
	assert_true(c.conf.rate[XSW_METER_POLICE].bits);
	assert_false(c.conf.mac.set);
	json_decref(c.json);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_names),	   cmocka_unit_test(test_names_are_valid),
		cmocka_unit_test(test_versions),   cmocka_unit_test(test_addresses),
		cmocka_unit_test(test_no_results), cmocka_unit_test(test_configuration),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
