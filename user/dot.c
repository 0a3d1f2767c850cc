// SPDX-License-Identifier: GPL-2.0-only
/*
 * dot.c - the switch and what it connects, for Graphviz
 *
 *	cluster: switch		cluster: namespace ns1
 *	+---------------+	+---------------------+
 *	| port 1  ns1   |-------| eth0  10.0.0.1/24   |	edge: VLANs of the port
 *	| port 2  t0    |---\	+---------------------+
 *	+---------------+    \--- 192.0.2.2		edge: kind, key, VLANs
 *
 * Nodes are called by number or address; names from outside stand in labels only, escaped.
 */
#include <stdio.h>
#include <string.h>

#include "dot.h"
#include "topo_plan.h"

/* Longest list of VLANs in a label. */
#define LIST_MAX 48

/* Of a label: \ and " for the language, & for its entities; what cannot be printed as in text. */
static void label_text(FILE *to, const char *s)
{
	for (; *s; s++) {
		unsigned char c = (unsigned char)*s;

		if (c == '\\' || c == '"')
			fprintf(to, "\\%c", c);
		else if (c == '&')
			fputs("&amp;", to);
		else if (c < 0x20 || c > 0x7e)
			fprintf(to, "\\\\%03o", c);
		else
			fputc(c, to);
	}
}

/* Another line of a label; nothing to say: none. */
static void label_line(FILE *to, const char *s)
{
	if (!s || !*s)
		return;
	fputs("\\n", to);
	label_text(to, s);
}

/* How a port, its device and the edge between them are drawn. */
static const char *look(const struct xsw_port_view *v)
{
	static const struct {
		const char *state, *attributes;
	} looks[] = {
		{ "forwarding", "" },
		{ "disabled", ", style=dotted, color=gray40, fontcolor=gray40" },
		{ "gone", ", style=dashed, color=gray60, fontcolor=gray60" },
		{ "incomplete", ", style=dashed, color=gray60, fontcolor=gray60" },
		{ "errdisabled", ", style=dotted, color=red, fontcolor=red" },
	};

	for (size_t i = 0; i < sizeof(looks) / sizeof(*looks); i++)
		if (!strcmp(v->state, looks[i].state))
			return looks[i].attributes;
	return ", color=orange3, fontcolor=orange3"; /* blocking, learning */
}

/* Whether frames of several VLANs pass, each with its tag. */
static bool many(const struct xsw_port_view *v)
{
	return strcmp(v->mode, "access") && strcmp(v->mode, "dot1q-tunnel") &&
	       strcmp(v->mode, "transparent");
}

/* Edges of one VLAN have one colour; a port of several is black and thick. */
static void edge_look(FILE *to, const struct xsw_port_view *v)
{
	static const char *const colors[] = { "blue3",	    "darkgreen", "firebrick", "purple3",
					      "goldenrod4", "cyan4",	 "deeppink3", "sienna4" };

	if (*look(v))
		fputs(look(v), to);
	else if (many(v))
		fputs(", penwidth=2", to);
	else if (v->tag)
		fprintf(to, ", color=%s, fontcolor=%s", colors[v->tag % 8], colors[v->tag % 8]);
}

/* "access 10", "trunk vlans 10,20", "native-untagged 10 all"; transparent: nothing */
static void vlan_text(FILE *to, const struct xsw_port_view *v)
{
	bool tunnel = !strcmp(v->mode, "dot1q-tunnel");
	char list[8192];

	if (strcmp(v->mode, "transparent"))
		fputs(v->mode, to);
	if (v->tag)
		fprintf(to, " %u", v->tag);
	else if (v->pvid)
		fprintf(to, " pvid %u", v->pvid);
	topo_vids_text(tunnel ? &v->cvlans : &v->trunks, list, sizeof(list));
	if (strlen(list) > LIST_MAX)
		strcpy(list + LIST_MAX, "...");
	if (*list)
		fprintf(to, " %s %s", tunnel ? "cvlans" : "vlans", list);
	else if (many(v) && strcmp(v->mode, "hybrid"))
		fputs(" all", to);
}

static void port_node(FILE *to, const struct xsw_port_view *v)
{
	fprintf(to, "\t\t\"port %u\" [label=\"", v->number);
	label_text(to, v->name);
	if (strcmp(v->name, v->ifname))
		label_line(to, v->ifname);
	if (strcmp(v->state, "forwarding"))
		label_line(to, v->state);
	else if (!v->carrier)
		label_line(to, "no carrier");
	if (v->mirror) {
		label_line(to, "mirror ");
		label_text(to, v->mirror);
	}
	fprintf(to, "\"%s];\n", look(v));
}

/* The inner device of a namespace or host port, with its addresses now. */
static void device_node(FILE *to, struct xsw *sw, const struct xsw_port_view *v)
{
	struct xsw_port_made made;
	char addrs[TOPO_ADDRS_TEXT], *rest = addrs;

	xsw_port_made(sw, v->number, &made);
	topo_addrs_text(&made.addrs, addrs, sizeof(addrs));
	fprintf(to, "\t\t\"device %u\" [label=\"", v->number);
	label_text(to, v->peer);
	while (rest)
		label_line(to, strsep(&rest, ","));
	fprintf(to, "\"%s];\n", look(v));
}

static bool together(const struct xsw_port_view *a, const struct xsw_port_view *b)
{
	return !strcmp(a->type, b->type) && !strcmp(a->netns, b->netns);
}

/* The devices of a namespace; those of the switch's own are its host ports. */
static void namespace_cluster(FILE *to, struct xsw *sw, const struct xsw_view *view, size_t first)
{
	const struct xsw_port_view *v = &view->ports[first];
	bool home = !strcmp(v->type, "host");

	for (size_t i = 0; i < first; i++)
		if (together(v, &view->ports[i]))
			return;
	fprintf(to, "\tsubgraph \"cluster namespace %u\" {\n\t\tlabel=\"", v->number);
	fputs(home ? "namespace of the switch" : "namespace ", to);
	label_text(to, v->netns);
	fputs("\";\n", to);
	for (size_t i = first; i < view->nports; i++)
		if (together(v, &view->ports[i]))
			device_node(to, sw, &view->ports[i]);
	fputs("\t}\n", to);
}

/* The rest of an edge, after what else its label says. */
static void edge_end(FILE *to, const struct xsw_port_view *v)
{
	vlan_text(to, v);
	fputc('"', to);
	edge_look(to, v);
	fputs("];\n", to);
}

static void tunnel_edges(FILE *to, const struct xsw_port_view *v)
{
	for (size_t i = 0; v->remotes[i]; i++) {
		fprintf(to, "\t\"remote %s\" [label=\"%s\", shape=ellipse];\n", v->remotes[i],
			v->remotes[i]);
		fprintf(to, "\t\"port %u\" -- \"remote %s\" [label=\"%s", v->number, v->remotes[i],
			v->type);
		if (*v->key)
			fprintf(to, " key %s", v->key);
		if (v->udp_port)
			fprintf(to, " port %u", v->udp_port);
		if (strcmp(v->mode, "transparent"))
			fputs("\\n", to);
		edge_end(to, v);
	}
}

/* What is behind a port, and the way there. */
static void port_edges(FILE *to, struct xsw *sw, const struct xsw_view *view, size_t i)
{
	const struct xsw_port_view *v = &view->ports[i];

	if (v->remotes) {
		tunnel_edges(to, v);
		return;
	}
	if (!strcmp(v->type, "dev")) {
		fprintf(to, "\t\"device %u\" [label=\"", v->number);
		label_text(to, v->ifname);
		fprintf(to, "\", shape=ellipse%s];\n", look(v));
	} else {
		namespace_cluster(to, sw, view, i);
	}
	fprintf(to, "\t\"port %u\" -- \"device %u\" [label=\"", v->number, v->number);
	edge_end(to, v);
}

static void wire_edges(FILE *to, const struct xsw_view *view)
{
	for (size_t i = 0; i < view->nports; i++)
		for (size_t k = i + 1; k < view->nports && view->ports[i].wire; k++)
			if (!strcmp(view->ports[i].wire, view->ports[k].name))
				fprintf(to,
					"\t\"port %u\" -- \"port %u\" [label=\"wire\", penwidth=3, "
					"constraint=false];\n",
					view->ports[i].number, view->ports[k].number);
}

void dot_write(FILE *to, struct xsw *sw, const struct xsw_view *view)
{
	fprintf(to, "graph \"%s\" {\n", view->name);
	fputs("\tgraph [rankdir=LR, fontname=\"sans-serif\"];\n"
	      "\tnode [shape=box, fontname=\"sans-serif\", fontsize=11];\n"
	      "\tedge [fontname=\"sans-serif\", fontsize=9];\n"
	      "\tsubgraph \"cluster switch\" {\n",
	      to);
	fprintf(to, "\t\tlabel=\"switch %s", view->name);
	if (*view->netns)
		fputs("\\nin namespace ", to);
	label_text(to, view->netns);
	fputs("\";\n\t\tstyle=filled;\n\t\tcolor=gray92;\n", to);
	for (size_t i = 0; i < view->nports; i++)
		port_node(to, &view->ports[i]);
	fputs("\t}\n", to);
	for (size_t i = 0; i < view->nports; i++)
		port_edges(to, sw, view, i);
	wire_edges(to, view);
	fputs("}\n", to);
}
