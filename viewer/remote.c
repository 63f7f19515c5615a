/*
 * remote.c - a target of another host: the words that lead there.
 */
#include "remote.h"

#include <libshm/kit/safe.h>

#include <err.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define SCHEME "ssh://"
#define PROGRAM "dbgtop" /* unless DBGTOP_REMOTE says otherwise */

/* ---- words ------------------------------------------------------------------ */

static char *
copy(const char *bytes, size_t length)
{
	char *text = strndup(bytes, length);

	if (text == NULL)
		err(1, "memory for a word");
	return (text);
}

void
remote_words_free(char **words)
{
	size_t i;

	for (i = 0; words != NULL && words[i] != NULL; i++)
		free(words[i]);
	free(words);
}

static char **
new_words(void)
{
	char **words = calloc(REMOTE_WORDS + 1, sizeof(*words));

	if (words == NULL)
		err(1, "memory for words");
	return (words);
}

/* Takes the word over; false: there are too many. */
static bool
add_word(char **words, char *word)
{
	size_t count = 0;

	while (words[count] != NULL)
		count++;
	if (count == REMOTE_WORDS) {
		free(word);
		return (false);
	}
	words[count] = word;
	return (true);
}

/* One word, from the first byte of it; NULL: a quote is not closed. */
static const char *
take_word(const char *text, char *out)
{
	char quote = '\0';

	for (; *text != '\0'; text++) {
		if (quote == '\0' && (*text == ' ' || *text == '\t'))
			break;
		if (quote == '\0' && (*text == '\'' || *text == '"')) {
			quote = *text;
		} else if (quote != '\0' && *text == quote) {
			quote = '\0';
		} else if (*text == '\\' && quote != '\'' && text[1] != '\0' &&
		    (quote == '\0' || strchr("\"\\$`", text[1]) != NULL)) {
			*out++ = *++text;
		} else {
			*out++ = *text;
		}
	}
	*out = '\0';
	return (quote == '\0' ? text : NULL);
}

char **
remote_split(const char *text, char *why, size_t why_size)
{
	char **words = new_words(), *word = malloc(strlen(text) + 1);
	const char *problem = NULL;

	if (word == NULL)
		err(1, "memory for a word");
	while (problem == NULL) {
		text += strspn(text, " \t");
		if (*text == '\0')
			break;
		text = take_word(text, word);
		if (text == NULL)
			problem = "a quote is not closed";
		else if (!add_word(words, copy(word, strlen(word))))
			problem = "it has too many words";
	}
	if (problem == NULL && words[0] == NULL)
		problem = "it is empty";
	free(word);
	if (problem == NULL)
		return (words);
	snprintf(why, why_size, "%s", problem);
	remote_words_free(words);
	return (NULL);
}

/* Shells of all kinds take these as they are. */
static bool
is_plain(const char *word)
{
	static const char plain[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
				    "abcdefghijklmnopqrstuvwxyz"
				    "0123456789_./:@%+,-";

	return (*word != '\0' && word[strspn(word, plain)] == '\0');
}

char *
remote_quote(const char *word)
{
	char *quoted, *next;

	if (is_plain(word))
		return (copy(word, strlen(word)));
	quoted = malloc(4 * strlen(word) + 3);
	if (quoted == NULL)
		err(1, "memory for a word");
	next = quoted;
	*next++ = '\'';
	for (; *word != '\0'; word++)
		if (*word == '\'')
			next = stpcpy(next, "'\\''");
		else
			*next++ = *word;
	*next++ = '\'';
	*next = '\0';
	return (quoted);
}

/* ---- which host --------------------------------------------------------------- */

bool
remote_is(const char *word)
{
	return (strncmp(word, SCHEME, strlen(SCHEME)) == 0);
}

const char *
remote_via(void)
{
	const char *via = getenv("DBGTOP_VIA");

	return (via != NULL && *via != '\0' ? via : NULL);
}

/* What ssh could take for an option, or a terminal for more than a name. */
static bool
is_name(const char *name, size_t length)
{
	size_t i;

	if (length == 0 || name[0] == '-')
		return (false);
	for (i = 0; i < length; i++)
		if ((unsigned char)name[i] <= ' ' || name[i] == 0x7f ||
		    strchr("\"'`$&;|<>(){}", name[i]) != NULL)
			return (false);
	return (true);
}

static bool
is_port(const char *port, size_t length)
{
	char text[6], *end;
	long number;

	if (length == 0 || length >= sizeof(text) || port[0] < '0' ||
	    port[0] > '9')
		return (false);
	memcpy(text, port, length);
	text[length] = '\0';
	number = strtol(text, &end, 10);
	return (*end == '\0' && number >= 1 && number <= 65535);
}

/* [user@]host[:port], where a host may be [::1]. */
struct place {
	const char *user, *host, *port; /* NULL: not given */
	size_t user_length, host_length, port_length;
};

static const char *
find_place(const char *text, size_t length, struct place *place)
{
	const char *end = text + length, *at, *colon;

	*place = (struct place){ 0 };
	if ((at = memrchr(text, '@', length)) != NULL) {
		place->user = text;
		place->user_length = (size_t)(at - text);
		if (!is_name(place->user, place->user_length))
			return ("that is no name of a user");
		text = at + 1;
	}
	if (*text == '[') {
		place->host = text + 1;
		colon = memchr(text, ']', (size_t)(end - text));
		if (colon == NULL)
			return ("a [ is not closed");
		place->host_length = (size_t)(colon - place->host);
		colon++;
		if (colon < end && *colon != ':')
			return ("behind ] comes :port or /");
	} else {
		place->host = text;
		colon = memchr(text, ':', (size_t)(end - text));
		if (colon == NULL)
			colon = end;
		place->host_length = (size_t)(colon - text);
	}
	if (!is_name(place->host, place->host_length))
		return ("that is no name of a host");
	if (colon < end) {
		place->port = colon + 1;
		place->port_length = (size_t)(end - place->port);
		if (!is_port(place->port, place->port_length))
			return ("a port is a number from 1 to 65535");
	}
	return (NULL);
}

static bool
is_ssh(const char *path)
{
	const char *slash = strrchr(path, '/');

	return (strcmp(slash == NULL ? path : slash + 1, "ssh") == 0);
}

/* ssh [-p port] -- [user@]host */
static bool
add_place(char **words, const struct place *place)
{
	char *login;
	bool fits = true;

	if (place->port != NULL)
		fits = add_word(words, copy("-p", 2)) &&
		    add_word(words, copy(place->port, place->port_length));
	if (is_ssh(words[0]))
		fits = fits && add_word(words, copy("--", 2));
	if (asprintf(&login, "%.*s%s%.*s", (int)place->user_length,
		place->user != NULL ? place->user : "",
		place->user != NULL ? "@" : "", (int)place->host_length,
		place->host) == -1)
		err(1, "memory for a name");
	return (add_word(words, login) && fits);
}

static int
parse_ssh(const char *word, struct remote *remote, char *why, size_t why_size)
{
	const char *text = word + strlen(SCHEME), *slash = strchr(text, '/');
	const char *shell = getenv("DBGTOP_RSH"), *problem;
	size_t length = slash != NULL ? (size_t)(slash - text) : strlen(text);
	struct place place;
	char said[128];

	if ((problem = find_place(text, length, &place)) != NULL) {
		snprintf(why, why_size, "%s", problem);
		return (-1);
	}
	if (shell == NULL || *shell == '\0')
		shell = "ssh";
	if ((remote->carrier = remote_split(shell, said, sizeof(said))) ==
	    NULL) {
		snprintf(why, why_size, "DBGTOP_RSH: %s", said);
		return (-1);
	}
	if (!add_place(remote->carrier, &place)) {
		snprintf(why, why_size, "DBGTOP_RSH: it has too many words");
		return (-1);
	}
	remote->joins = true;
	remote->name = safe_dup(place.host, place.host_length);
	if (slash != NULL && slash[1] != '\0')
		remote->word = copy(slash + 1, strlen(slash + 1));
	return (0);
}

int
remote_parse(const char *word, const char *via, struct remote *remote,
    char *why, size_t why_size)
{
	char said[128];

	*remote = (struct remote){ 0 };
	if (word != NULL && remote_is(word)) {
		if (parse_ssh(word, remote, why, why_size) == -1) {
			remote_free(remote);
			return (-1);
		}
	} else {
		remote->carrier = remote_split(via, said, sizeof(said));
		if (remote->carrier == NULL) {
			snprintf(why, why_size, "--via: %s", said);
			return (-1);
		}
		remote->name = safe_dup(via, strnlen(via, 100));
		if (word != NULL)
			remote->word = copy(word, strlen(word));
	}
	if (remote->name == NULL)
		err(1, "memory for a name");
	return (0);
}

void
remote_free(struct remote *remote)
{
	remote_words_free(remote->carrier);
	free(remote->name);
	free(remote->word);
	*remote = (struct remote){ 0 };
}

/* ---- the command ---------------------------------------------------------------- */

/* One text for the shell at the other end. */
static char *
join(const char *program, const char *const words[])
{
	char *text = NULL, *quoted;
	size_t size = 0, i;
	FILE *stream = open_memstream(&text, &size);

	if (stream == NULL)
		err(1, "memory for a command");
	fputs(program, stream);
	for (i = 0; words[i] != NULL; i++) {
		quoted = remote_quote(words[i]);
		fprintf(stream, " %s", quoted);
		free(quoted);
	}
	if (fclose(stream) != 0)
		err(1, "memory for a command");
	return (text);
}

char **
remote_command(const struct remote *remote, const char *const words[],
    char *why, size_t why_size)
{
	const char *program = getenv("DBGTOP_REMOTE");
	char **command = new_words(), **ours;
	char said[128];
	bool fits = true;
	size_t i;

	if (program == NULL || *program == '\0')
		program = PROGRAM;
	for (i = 0; remote->carrier[i] != NULL; i++)
		fits = fits &&
		    add_word(command,
			copy(remote->carrier[i], strlen(remote->carrier[i])));
	if (remote->joins) {
		fits = fits && add_word(command, join(program, words));
	} else if ((ours = remote_split(program, said, sizeof(said))) == NULL) {
		snprintf(why, why_size, "DBGTOP_REMOTE: %s", said);
		remote_words_free(command);
		return (NULL);
	} else {
		for (i = 0; ours[i] != NULL; i++)
			fits = fits &&
			    add_word(command, copy(ours[i], strlen(ours[i])));
		for (i = 0; words[i] != NULL; i++)
			fits = fits &&
			    add_word(command, copy(words[i], strlen(words[i])));
		remote_words_free(ours);
	}
	if (fits)
		return (command);
	snprintf(why, why_size, "the command has too many words");
	remote_words_free(command);
	return (NULL);
}
