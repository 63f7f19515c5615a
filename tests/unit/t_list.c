/* t_list.c - claims about finding regions. */
#include "subject.h"

#include <sys/mount.h>

#include <sched.h>

#define NOBODY 65534

static const struct dbgshm_entry *
find(const struct dbgshm_list *list, const char *path)
{
	size_t i;

	for (i = 0; i < list->count; i++)
		if (strcmp(list->entries[i].path, path) == 0)
			return (&list->entries[i]);
	return (NULL);
}

static void
test_a_list_tells_each_region_once_with_its_state(void **state)
{
	const struct dbgshm_entry *entry;
	struct dbgshm_list list;
	struct subject subject, dead;
	size_t i;

	(void)state;
	start(&subject, HOLD_LOCK, directory);
	start(&dead, NO_LOCK, directory);
	(void)kill(dead.pid, SIGKILL);
	(void)waitpid(dead.pid, NULL, 0);
	assert_int_equal(dbgshm_list_take(0, &list), 0);
	entry = find(&list, subject.path);
	assert_non_null(entry);
	assert_int_equal(entry->life, DBGSHM_LIFE_LIVE);
	assert_int_equal(entry->pid, subject.pid);
	assert_int_equal(entry->uid, geteuid());
	assert_int_equal(entry->mode, 0600);
	assert_int_equal(entry->kind, DBGSHM_KIND_OWN);
	assert_string_equal(entry->name, "image");
	assert_false(entry->dark);
	assert_true(entry->uptime_ns < UINT64_C(120000000000));
	entry = find(&list, dead.path);
	assert_non_null(entry);
	assert_int_equal(entry->life, DBGSHM_LIFE_DEAD);
	assert_int_equal(entry->since_real_ns, 1700000005000000000);
	/* The live come first. */
	for (i = 1; i < list.count; i++)
		if (list.entries[i].life <= DBGSHM_LIFE_STOPPED)
			assert_true(
			    list.entries[i - 1].life <= DBGSHM_LIFE_STOPPED);
	dbgshm_list_free(&list);
	end(&dead);
	end(&subject);
}

static void
test_a_few_files_are_looked_at_again_without_the_others(void **state)
{
	const char *files[5], *name = strrchr(directory, '/') + 1;
	struct subject first, second, other;
	struct dbgshm_list list;

	(void)state;
	start(&first, HOLD_LOCK, directory);
	start(&second, NO_LOCK, directory);
	start(&other, HOLD_LOCK, directory);
	(void)kill(second.pid, SIGKILL);
	(void)waitpid(second.pid, NULL, 0);
	files[0] = strrchr(second.path, '/') + 1;
	files[1] = "1-1-0000000000000000.dbg";
	files[2] = strrchr(first.path, '/') + 1;
	files[3] = "../../../etc/passwd";
	files[4] = "9/../1-1-1.dbg";
	assert_int_equal(dbgshm_list_look(name, files, 5, &list), 0);
	assert_int_equal(list.count, 2);
	assert_string_equal(list.entries[0].path, second.path);
	assert_int_equal(list.entries[0].life, DBGSHM_LIFE_DEAD);
	assert_string_equal(list.entries[1].path, first.path);
	assert_int_equal(list.entries[1].life, DBGSHM_LIFE_LIVE);
	assert_int_equal(list.entries[1].pid, first.pid);
	dbgshm_list_free(&list);
	assert_int_equal(dbgshm_list_look("dbgtop-x", files, 5, &list), 0);
	assert_int_equal(list.count, 0);
	dbgshm_list_free(&list);
	assert_int_equal(dbgshm_list_look("../shm", files, 5, &list), 0);
	assert_int_equal(list.count, 0);
	dbgshm_list_free(&list);
	end(&other);
	end(&second);
	end(&first);
}

static void
test_dark_regions_are_listed_when_asked_for(void **state)
{
	const struct dbgshm_entry *entry;
	struct dbgshm_list list;
	struct subject subject;
	char dark[80];

	(void)state;
	(void)snprintf(dark, sizeof(dark), "%s/dark", directory);
	assert_int_equal(mkdir(dark, 0700), 0);
	start(&subject, HOLD_LOCK, dark);
	assert_int_equal(dbgshm_list_take(0, &list), 0);
	assert_null(find(&list, subject.path));
	dbgshm_list_free(&list);
	assert_int_equal(dbgshm_list_take(DBGSHM_LIST_DARK, &list), 0);
	assert_non_null(entry = find(&list, subject.path));
	assert_true(entry->dark);
	dbgshm_list_free(&list);
	end(&subject);
	assert_int_equal(rmdir(dark), 0);
}

static void
test_damaged_and_odd_files_do_not_spoil_a_list(void **state)
{
	const struct dbgshm_entry *entry;
	struct dbgshm_list list;
	char damaged[128], fifo[128], link[128];
	int file;

	(void)state;
	(void)snprintf(damaged, sizeof(damaged), "%s/7-7-7.dbg", directory);
	(void)snprintf(fifo, sizeof(fifo), "%s/8-8-8.dbg", directory);
	(void)snprintf(link, sizeof(link), "%s/9-9-9.dbg", directory);
	file = open(damaged, O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
	assert_int_equal(write(file, "hello", 5), 5);
	(void)close(file);
	assert_int_equal(mkfifo(fifo, 0600), 0);
	assert_int_equal(symlink("/etc/passwd", link), 0);
	assert_int_equal(dbgshm_list_take(0, &list), 0);
	assert_non_null(entry = find(&list, damaged));
	assert_int_equal(entry->life, DBGSHM_LIFE_DAMAGED);
	assert_int_equal(entry->error, EBADMSG);
	assert_non_null(strstr(entry->reason, "too short"));
	assert_int_equal(entry->pid, 7);
	assert_null(find(&list, fifo));
	assert_null(find(&list, link));
	dbgshm_list_free(&list);
	(void)unlink(damaged);
	(void)unlink(fifo);
	(void)unlink(link);
}

static void
touch(char path[160], const char *where, const char *name, uid_t uid)
{
	int file;

	(void)snprintf(path, 160, "%s/%s", where, name);
	file = open(path, O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, 0400);
	assert_true(file != -1);
	assert_int_equal(fchown(file, uid, (gid_t)-1), 0);
	(void)close(file);
}

static void
test_only_what_owner_or_root_made_is_believed(void **state)
{
	char squatted[64], other[64], a[160], b[160], c[160], d[160];
	struct dbgshm_list list;

	(void)state;
	if (geteuid() != 0)
		skip();
	random_directory(squatted, 0);
	squatted[strlen(squatted) - 1] ^= 1;
	assert_int_equal(mkdir(squatted, 0700), 0);
	assert_int_equal(chown(squatted, NOBODY, (gid_t)-1), 0);
	random_directory(other, NOBODY);
	assert_int_equal(mkdir(other, 0700), 0);
	assert_int_equal(chown(other, NOBODY, (gid_t)-1), 0);
	touch(a, squatted, "1-1-1.dbg", NOBODY);
	touch(b, other, "1-1-1.dbg", NOBODY);
	touch(c, other, "2-2-2.dbg", 12345);
	touch(d, directory, "3-3-3.dbg", NOBODY); /* root's own directory */
	assert_int_equal(dbgshm_list_take(0, &list), 0);
	assert_null(find(&list, a));
	assert_non_null(find(&list, b));
	assert_null(find(&list, c));
	assert_non_null(find(&list, d));
	dbgshm_list_free(&list);
	(void)unlink(a);
	(void)unlink(b);
	(void)unlink(c);
	(void)unlink(d);
	(void)rmdir(squatted);
	(void)rmdir(other);
}

static void
test_nobody_speaks_for_a_process_of_another_user(void **state)
{
	const struct dbgshm_entry *entry;
	struct dbgshm_list list;
	struct subject subject;
	char other[64];

	(void)state;
	if (geteuid() != 0)
		skip();
	random_directory(other, NOBODY);
	assert_int_equal(mkdir(other, 0700), 0);
	start(&subject, HOLD_LOCK, other); /* about a process of root's */
	assert_int_equal(chown(subject.path, NOBODY, (gid_t)-1), 0);
	assert_int_equal(chown(other, NOBODY, (gid_t)-1), 0);
	assert_int_equal(dbgshm_list_take(0, &list), 0);
	assert_non_null(entry = find(&list, subject.path));
	assert_int_equal(entry->life, DBGSHM_LIFE_DAMAGED);
	assert_string_equal(
	    entry->reason, "it speaks for a process of another user");
	assert_string_equal(entry->name, "");
	dbgshm_list_free(&list);
	end(&subject);
	(void)rmdir(other);
}

static char unreadable[160], closed_directory[64];

static void
list_as_nobody(void)
{
	const struct dbgshm_entry *entry;
	struct dbgshm_list list;

	CHECK(setresgid(NOBODY, NOBODY, NOBODY) == 0);
	CHECK(setresuid(NOBODY, NOBODY, NOBODY) == 0);
	CHECK(dbgshm_list_take(0, &list) == 0);
	CHECK((entry = find(&list, unreadable)) != NULL);
	CHECK(entry->life == DBGSHM_LIFE_UNREADABLE);
	CHECK(entry->error == EACCES);
	CHECK(entry->pid == 4);
	CHECK(strcmp(entry->reason, "owner root, mode 0400; try as root") == 0);
	CHECK((entry = find(&list, closed_directory)) != NULL);
	CHECK(entry->life == DBGSHM_LIFE_UNREADABLE);
	CHECK(strcmp(entry->reason, "owner root, mode 0700; try as root") == 0);
	dbgshm_list_free(&list);
	CHECK(dbgshm_open_path(unreadable, NULL) == -1 && errno == EACCES);
	_exit(0);
}

static void
test_what_may_not_be_read_is_told_with_its_owner(void **state)
{
	(void)state;
	if (geteuid() != 0)
		skip();
	random_directory(closed_directory, 0);
	closed_directory[strlen(closed_directory) - 1] ^= 3;
	assert_int_equal(mkdir(closed_directory, 0700), 0);
	assert_int_equal(chmod(directory, 0755), 0);
	touch(unreadable, directory, "4-4-4.dbg", 0);
	assert_int_equal(in_child(list_as_nobody), 0);
	(void)unlink(unreadable);
	(void)rmdir(closed_directory);
	assert_int_equal(chmod(directory, 0700), 0);
}

/* ---- containers ------------------------------------------------------------ */

/* Process 1 of a pid namespace with a /dev/shm of its own. */
static void
live_inside(int ready)
{
	static const char *const path = "/dev/shm/dbgtop-0/1-1-1.dbg";
	struct sample_image sample;
	struct dbgshm_header *header;
	struct stat status;
	char self[32];
	ssize_t length;
	pid_t outside;
	int file;

	(void)alarm(120);
	image_sample(&sample);
	header = image_header(&sample.image);
	header->flags = 0;
	header->subject_pid = header->writer_pid = (uint32_t)getpid();
	/* The /proc of the outer namespace is still mounted. */
	length = readlink("/proc/self", self, sizeof(self) - 1);
	CHECK(length > 0);
	self[length] = '\0';
	outside = (pid_t)strtol(self, NULL, 10);
	header->subject_start = header->writer_start = start_of(outside);
	read_boot_id(header->boot_id);
	CHECK(stat("/proc/self/ns/pid", &status) == 0);
	header->pid_namespace = status.st_ino;
	CHECK(mkdir("/dev/shm/dbgtop-0", 0700) == 0);
	file = open(path, O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
	CHECK(write(file, sample.image.bytes, IMAGE_SIZE) == IMAGE_SIZE);
	(void)image_lock(file);
	CHECK(write(ready, &outside, sizeof(outside)) == sizeof(outside));
	for (;;)
		(void)pause();
}

static void
start_container(int ready)
{
	if (unshare(CLONE_NEWNS | CLONE_NEWPID) == -1 ||
	    mount("none", "/", NULL, MS_REC | MS_PRIVATE, NULL) == -1 ||
	    mount("none", "/dev/shm", "tmpfs", 0, NULL) == -1)
		_exit(77);
	if (fork() == 0)
		live_inside(ready);
	_exit(0);
}

static const struct dbgshm_entry *
find_pid(const struct dbgshm_list *list, pid_t pid)
{
	size_t i;

	for (i = 0; i < list->count; i++)
		if (list->entries[i].pid == pid)
			return (&list->entries[i]);
	return (NULL);
}

static void
test_regions_in_containers_have_the_pid_that_counts_here(void **state)
{
	const struct dbgshm_entry *entry;
	struct dbgshm_list list;
	struct subject subject = { 0 };
	pid_t outside, starter;
	int ready[2], status;

	(void)state;
	if (geteuid() != 0)
		skip();
	assert_int_equal(pipe2(ready, O_CLOEXEC), 0);
	if ((starter = fork()) == 0)
		start_container(ready[1]);
	(void)close(ready[1]);
	assert_int_equal(waitpid(starter, &status, 0), starter);
	if (WEXITSTATUS(status) == 77)
		skip();
	assert_int_equal(
	    read(ready[0], &outside, sizeof(outside)), sizeof(outside));
	(void)close(ready[0]);
	assert_int_equal(dbgshm_list_take(0, &list), 0);
	assert_null(find_pid(&list, outside));
	dbgshm_list_free(&list);
	assert_int_equal(dbgshm_list_take(DBGSHM_LIST_CONTAINERS, &list), 0);
	assert_non_null(entry = find_pid(&list, outside));
	assert_int_equal(entry->life, DBGSHM_LIFE_LIVE);
	assert_int_equal(strncmp(entry->path, "/proc/", 6), 0);
	assert_int_equal(
	    dbgshm_reader_open(entry->path, &subject.reader, NULL), 0);
	dbgshm_list_free(&list);
	becomes(&subject, DBGSHM_LIFE_LIVE);
	(void)kill(outside, SIGSTOP);
	becomes(&subject, DBGSHM_LIFE_STOPPED);
	(void)kill(outside, SIGKILL);
	becomes(&subject, DBGSHM_LIFE_DEAD);
	dbgshm_reader_close(subject.reader);
}

int
main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(
		    test_a_list_tells_each_region_once_with_its_state),
		cmocka_unit_test(
		    test_a_few_files_are_looked_at_again_without_the_others),
		cmocka_unit_test(test_dark_regions_are_listed_when_asked_for),
		cmocka_unit_test(
		    test_damaged_and_odd_files_do_not_spoil_a_list),
		cmocka_unit_test(test_only_what_owner_or_root_made_is_believed),
		cmocka_unit_test(
		    test_nobody_speaks_for_a_process_of_another_user),
		cmocka_unit_test(
		    test_what_may_not_be_read_is_told_with_its_owner),
		cmocka_unit_test(
		    test_regions_in_containers_have_the_pid_that_counts_here),
	};

	return (
	    cmocka_run_group_tests(tests, make_directory, remove_directory));
}
