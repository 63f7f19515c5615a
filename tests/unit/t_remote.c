/*
 * t_remote.c - claims about the words that lead to another host.
 */
#include "viewer/remote.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

static const char *const show[] = { "stream", "--", "it's", NULL };

/* The words with a | between them; NULL: refused. */
static char *
joined(char **words)
{
	static char text[4096];
	size_t i;

	if (words == NULL)
		return (NULL);
	text[0] = '\0';
	for (i = 0; words[i] != NULL; i++) {
		if (i > 0)
			strcat(text, "|");
		strcat(text, words[i]);
	}
	remote_words_free(words);
	return (text);
}

static char *
split(const char *text)
{
	char why[200] = "";
	char *result = joined(remote_split(text, why, sizeof(why)));

	assert_true((result == NULL) == (why[0] != '\0'));
	return (result);
}

/* What is executed for a target. */
static char *
command(const char *word, const char *via)
{
	struct remote remote;
	char why[200] = "", *result = NULL;

	if (remote_parse(word, via, &remote, why, sizeof(why)) == 0)
		result =
		    joined(remote_command(&remote, show, why, sizeof(why)));
	assert_true((result == NULL) == (why[0] != '\0'));
	remote_free(&remote);
	return (result);
}

static void
expect_refused(const char *word)
{
	struct remote remote;
	char why[200] = "";

	assert_int_equal(
	    remote_parse(word, NULL, &remote, why, sizeof(why)), -1);
	assert_true(why[0] != '\0');
	assert_null(remote.carrier);
}

static int
setup(void **state)
{
	(void)state;
	unsetenv("DBGTOP_RSH");
	unsetenv("DBGTOP_REMOTE");
	unsetenv("DBGTOP_VIA");
	return (0);
}

static void
test_split_parts_words_as_a_shell_and_expands_nothing(void **state)
{
	(void)state;
	assert_string_equal(split("ssh"), "ssh");
	assert_string_equal(split("  ssh\t-p  22 "), "ssh|-p|22");
	assert_string_equal(split("a 'b c' d"), "a|b c|d");
	assert_string_equal(split("a \"b 'c\" d"), "a|b 'c|d");
	assert_string_equal(split("a\\ b c"), "a b|c");
	assert_string_equal(split("'a'\"b\"c"), "abc");
	assert_string_equal(split("\"a\\\"b\\c\""), "a\"b\\c");
	assert_string_equal(split("'a\\b'"), "a\\b");
	assert_string_equal(split("a '' b"), "a||b");
	assert_string_equal(
	    split("a $HOME `id` ; rm *"), "a|$HOME|`id`|;|rm|*");
	assert_string_equal(split("a\\"), "a\\");
	assert_null(split(""));
	assert_null(split("   "));
	assert_null(split("a 'b"));
	assert_null(split("a \"b"));
}

static void
test_split_refuses_more_words_than_there_is_room_for(void **state)
{
	char text[2 * REMOTE_WORDS + 3];
	size_t i;

	(void)state;
	for (i = 0; i < REMOTE_WORDS; i++)
		memcpy(text + 2 * i, "x ", 3);
	assert_non_null(split(text));
	memcpy(text + 2 * i, "x", 2);
	assert_null(split(text));
}

/* What a real shell makes of a line. */
static void
ask_shell(const char *line, char *out, size_t size)
{
	int ends[2], status;
	size_t length = 0;
	ssize_t got;
	pid_t shell;

	assert_int_equal(pipe(ends), 0);
	shell = fork();
	assert_int_not_equal(shell, -1);
	if (shell == 0) {
		dup2(ends[1], STDOUT_FILENO);
		execl("/bin/sh", "sh", "-c", line, (char *)NULL);
		_exit(127);
	}
	close(ends[1]);
	while ((got = read(ends[0], out + length, size - 1 - length)) > 0)
		length += (size_t)got;
	out[length] = '\0';
	close(ends[0]);
	assert_int_equal(waitpid(shell, &status, 0), shell);
	assert_int_equal(status, 0);
}

static void
test_quote_is_undone_by_a_shell(void **state)
{
	static const char *const words[] = { "redis", "", "a b", "it's", "''",
		"$HOME", "`id`", "a\\b", "\"", "*", "-x", "a\nb", "~", "#",
		"a=b", "\xff\x01", "!1", "a;b", "a&", "(", "{a,b}", "%1",
		":all" };
	char line[512], out[512], *quoted;
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(words) / sizeof(words[0]); i++) {
		quoted = remote_quote(words[i]);
		snprintf(line, sizeof(line), "printf '%%s' %s", quoted);
		free(quoted);
		ask_shell(line, out, sizeof(out));
		assert_string_equal(out, words[i]);
	}
}

static void
test_plain_words_are_not_quoted(void **state)
{
	char *quoted = remote_quote("/usr/bin/redis-server:2@x+y,z%1_.");

	(void)state;
	assert_string_equal(quoted, "/usr/bin/redis-server:2@x+y,z%1_.");
	free(quoted);
}

static void
test_ssh_gets_the_host_behind_its_options_and_one_text(void **state)
{
	(void)state;
	assert_string_equal(command("ssh://web1/812", NULL),
	    "ssh|--|web1|dbgtop stream -- 'it'\\''s'");
	assert_string_equal(command("ssh://me@web1:2222/x", NULL),
	    "ssh|-p|2222|--|me@web1|dbgtop stream -- 'it'\\''s'");
	assert_string_equal(command("ssh://[::1]:22/x", NULL),
	    "ssh|-p|22|--|::1|dbgtop stream -- 'it'\\''s'");
	assert_string_equal(command("ssh://[fe80::1%eth0]/x", NULL),
	    "ssh|--|fe80::1%eth0|dbgtop stream -- 'it'\\''s'");
}

static void
test_the_environment_says_what_is_run(void **state)
{
	(void)state;
	setenv("DBGTOP_RSH", "/opt/bin/ssh -F 'my config'", 1);
	setenv("DBGTOP_REMOTE", "sudo -n ~/bin/dbgtop", 1);
	assert_string_equal(command("ssh://web1:22/x", NULL),
	    "/opt/bin/ssh|-F|my config|-p|22|--|web1|"
	    "sudo -n ~/bin/dbgtop stream -- 'it'\\''s'");
	/* Others may not know what -- means. */
	setenv("DBGTOP_RSH", "dbclient -y", 1);
	unsetenv("DBGTOP_REMOTE");
	assert_string_equal(command("ssh://web1/x", NULL),
	    "dbclient|-y|web1|dbgtop stream -- 'it'\\''s'");
	setenv("DBGTOP_RSH", "ssh 'x", 1);
	assert_null(command("ssh://web1/x", NULL));
	setenv("DBGTOP_RSH", "", 1);
	assert_string_equal(command("ssh://web1/x", NULL),
	    "ssh|--|web1|dbgtop stream -- 'it'\\''s'");
}

static void
test_what_carries_gets_words(void **state)
{
	(void)state;
	assert_string_equal(command("812", "docker exec -i 'my web'"),
	    "docker|exec|-i|my web|dbgtop|stream|--|it's");
	setenv("DBGTOP_REMOTE", "/opt/my\\ dir/dbgtop", 1);
	assert_string_equal(
	    command("812", "sudo"), "sudo|/opt/my dir/dbgtop|stream|--|it's");
	setenv("DBGTOP_REMOTE", "'x", 1);
	assert_null(command("812", "sudo"));
	assert_null(command("812", " "));
}

static void
test_the_word_behind_the_host_is_left_as_it_is(void **state)
{
	static const struct {
		const char *word, *there, *name;
	} cases[] = {
		{ "ssh://web1/812", "812", "web1" },
		{ "ssh://a@web1:1/redis:2", "redis:2", "web1" },
		{ "ssh://web1//dev/shm/x.dbg", "/dev/shm/x.dbg", "web1" },
		{ "ssh://web1/a b%20/c@d", "a b%20/c@d", "web1" },
		{ "ssh://web1/-x", "-x", "web1" },
		{ "ssh://web1/", NULL, "web1" },
		{ "ssh://web1", NULL, "web1" },
		{ "ssh://a@b@web1/x", "x", "web1" },
	};
	struct remote remote;
	char why[200];
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		assert_int_equal(remote_parse(cases[i].word, NULL, &remote, why,
				     sizeof(why)),
		    0);
		assert_string_equal(remote.name, cases[i].name);
		if (cases[i].there == NULL)
			assert_null(remote.word);
		else
			assert_string_equal(remote.word, cases[i].there);
		remote_free(&remote);
	}
}

static void
test_what_is_no_host_or_could_be_an_option_is_refused(void **state)
{
	static const char *const words[] = { "ssh://", "ssh:///x",
		"ssh://-oProxyCommand=id/x", "ssh://-l@web1/x", "ssh://@web1/x",
		"ssh://a@/x", "ssh://a@-b/x", "ssh://web1:/x", "ssh://web1:0/x",
		"ssh://web1:65536/x", "ssh://web1:22x/x", "ssh://web1: 22/x",
		"ssh://web1:-1/x", "ssh://web1:1:2/x", "ssh://[::1/x",
		"ssh://[::1]x/x", "ssh://[]/x", "ssh://a b/x",
		"ssh://a\x1b[2J/x", "ssh://$(id)/x", "ssh://`id`/x",
		"ssh://a;b/x", "ssh://a|b/x", "ssh://a\nb/x" };
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(words) / sizeof(words[0]); i++)
		expect_refused(words[i]);
	assert_false(remote_is("http://web1/x"));
	assert_false(remote_is("ssh:/web1/x"));
	assert_true(remote_is("ssh://"));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(
		    test_split_parts_words_as_a_shell_and_expands_nothing),
		cmocka_unit_test(
		    test_split_refuses_more_words_than_there_is_room_for),
		cmocka_unit_test(test_quote_is_undone_by_a_shell),
		cmocka_unit_test(test_plain_words_are_not_quoted),
		cmocka_unit_test_setup(
		    test_ssh_gets_the_host_behind_its_options_and_one_text,
		    setup),
		cmocka_unit_test_setup(
		    test_the_environment_says_what_is_run, setup),
		cmocka_unit_test_setup(test_what_carries_gets_words, setup),
		cmocka_unit_test_setup(
		    test_the_word_behind_the_host_is_left_as_it_is, setup),
		cmocka_unit_test_setup(
		    test_what_is_no_host_or_could_be_an_option_is_refused,
		    setup),
	};

	return (cmocka_run_group_tests(tests, NULL, NULL));
}
