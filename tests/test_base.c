/* base: arena, random numbers, SHA-256, text and JSON, files. */
#include "base/arena.h"
#include "base/file_lock.h"
#include "base/platform.h"
#include "base/rng.h"
#include "base/sha256.h"
#include "test.h"
#include "json/json.h"

#include "base/text.h"
#include "messages.h"
#include <fcntl.h>
#include <math.h>
#include <signal.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

Suite *test_base(void);

START_TEST(the_first_error_wins) {
    struct error e = {0};
    ck_assert_int_eq(error_input(&e, "first %d", 1), -1);
    ck_assert_int_eq(error_run(&e, "second"), -1);
    ck_assert_int_eq(e.status, ERROR_INPUT);
    ck_assert_str_eq(e.text, "first 1");
}
END_TEST

START_TEST(error_texts_contain_no_control_bytes) {
    struct error e = {0};
    error_input(&e, "a\033[2Jb\nc");
    ck_assert_int_eq(e.status, ERROR_INPUT);
    ck_assert_str_eq(e.text, "a?[2Jb?c");
}
END_TEST

/* What is printed passes this gate: names, paths and sentences. */
START_TEST(text_that_a_terminal_would_obey_is_not_plain) {
    static const char *const obeyed[] = {"\x1b[2J",          "\x7f",
                                         "a\xc2\x80",        "\xc2\x9f",
                                         "\xe2\x80\xa8",     "\xe2\x80\xa9",
                                         "\xe2\x80\xaa",     "\xe2\x80\xaexe",
                                         "\xe2\x81\xa6",     "\xe2\x81\xa9",
                                         "\xe2\x80",         "\xff",
                                         "\xc0\xaf",         "\xe0\x80\xaf",
                                         "\xed\xa0\x80",     "\xed\xbf\xbf",
                                         "\xf4\x90\x80\x80", "\xf8\x88\x80\x80\x80"};
    static const char *const shown[] = {"caf\xc3\xa9",  "\xc2\xa0",     "\xe2\x80\x94",
                                        "\xe2\x81\xa5", "\xe2\x80\xaf", "\xd7\x90\xe2\x80\x8f",
                                        "\xed\x9f\xbf", "\xee\x80\x80", "\xf4\x8f\xbf\xbf"};
    for (size_t i = 0; i < sizeof obeyed / sizeof *obeyed; i++) {
        char copy[32];
        strcpy(copy, obeyed[i]);
        ck_assert_msg(!text_is_plain(obeyed[i]), "%zu", i);
        text_make_plain(copy);
        ck_assert_msg(text_is_plain(copy), "%zu", i);
    }
    for (size_t i = 0; i < sizeof shown / sizeof *shown; i++)
        ck_assert_msg(text_is_plain(shown[i]), "%zu", i);
}
END_TEST

START_TEST(arena_memory_is_zeroed_aligned_and_disjoint) {
    struct arena a = {0};
    unsigned char *p[200];
    for (size_t i = 0; i < 200; i++) {
        size_t size = i * 37 % 5000;
        p[i] = arena_alloc(&a, size, 1);
        ck_assert_ptr_nonnull(p[i]);
        ck_assert_uint_eq((uintptr_t)p[i] % ARENA_ALIGN, 0);
        for (size_t k = 0; k < size; k++)
            ck_assert_uint_eq(p[i][k], 0);
        memset(p[i], (int)i + 1, size); /* an overlap would show in a later block */
    }
    for (size_t i = 0; i < 200; i++)
        for (size_t k = 0; k < i * 37 % 5000; k++)
            ck_assert_uint_eq(p[i][k], (unsigned char)(i + 1));
    arena_free(&a);
    ck_assert_ptr_null(a.newest);
}
END_TEST

/* A write past an allocation ends the process under the sanitizers, although the block goes on;
 * elsewhere it lands in padding. */
START_TEST(the_sanitizers_see_what_is_next_to_an_allocation_of_an_arena) {
    struct arena a = {0};
    volatile char *p = arena_alloc(&a, 60, 1);
    fflush(NULL);
    pid_t process = fork();
    if (process == 0) {
        close(STDERR_FILENO); /* the report */
        p[60] = 1;
        _exit(0);
    }
    int status;
    ck_assert_int_eq(waitpid(process, &status, 0), process);
#ifdef ONEHOT_SANITIZE
    ck_assert_int_ne(status, 0);
#else
    ck_assert_int_eq(status, 0);
#endif
    arena_free(&a);
}
END_TEST

START_TEST(arena_refuses_sizes_that_overflow) {
    struct arena a = {0};
    ck_assert_ptr_null(arena_alloc(&a, SIZE_MAX / 2, 3));
    ck_assert_ptr_null(arena_alloc(&a, SIZE_MAX - 10, 1));
    ck_assert(a.failed); /* and stays so, whatever succeeds later */
    ck_assert_ptr_nonnull(arena_alloc(&a, 10, 1));
    ck_assert(a.failed);
    arena_free(&a);
    ck_assert(!a.failed);
}
END_TEST

START_TEST(the_arena_formats_texts_of_any_length) {
    struct arena a = {0};
    const char *text = arena_printf(&a, "%-5000d|%s", 7, "end");
    ck_assert_ptr_nonnull(text);
    ck_assert_uint_eq(strlen(text), 5004);
    ck_assert_int_eq(text[0], '7');
    ck_assert_str_eq(text + 5000, "|end");
    arena_free(&a);
}
END_TEST

/* The known answers are Random123's kat_vectors, philox4x32 10. */
START_TEST(philox_matches_its_authors_known_answers) {
    static const struct {
        uint32_t counter[4], key[2], out[4];
    } known[] = {
        {{0, 0, 0, 0}, {0, 0}, {0x6627e8d5, 0xe169c58d, 0xbc57ac4c, 0x9b00dbd8}},
        {{0xffffffff, 0xffffffff, 0xffffffff, 0xffffffff},
         {0xffffffff, 0xffffffff},
         {0x408f276d, 0x41c83b0e, 0xa20bc7c6, 0x6d5451fd}},
        {{0x243f6a88, 0x85a308d3, 0x13198a2e, 0x03707344},
         {0xa4093822, 0x299f31d0},
         {0xd16cfe09, 0x94fdcceb, 0x5001e420, 0x24126ea1}},
    };
    for (size_t i = 0; i < sizeof known / sizeof *known; i++) {
        uint32_t out[4];
        rng_philox(known[i].counter, known[i].key, out);
        ck_assert_mem_eq(out, known[i].out, sizeof out);
    }
}
END_TEST

START_TEST(random_streams_differ_by_seed_purpose_and_number) {
    struct rng r[] = {rng_stream(1, RNG_INIT, 0), rng_stream(2, RNG_INIT, 0),
                      rng_stream(1, RNG_SHUFFLE, 0), rng_stream(1, RNG_INIT, 1),
                      rng_stream((uint64_t)1 << 32 | 1, RNG_INIT, 0)};
    uint32_t first[5];
    for (int i = 0; i < 5; i++) {
        first[i] = rng_u32(&r[i]);
        for (int k = 0; k < i; k++)
            ck_assert_uint_ne(first[i], first[k]);
    }
}
END_TEST

/* 60,000 draws of 6 values: each count is binomial with mean 10,000 and standard deviation 91. A
 * count is off by more than 5 of them once in two million tries, and the stream is fixed. */
START_TEST(bounded_numbers_are_uniform) {
    struct rng r = rng_stream(7, RNG_SPLIT, 0);
    int count[6] = {0};
    for (int i = 0; i < 60000; i++)
        count[rng_below(&r, 6)]++;
    for (int v = 0; v < 6; v++)
        ck_assert_int_lt(abs(count[v] - 10000), 455);
    ck_assert_uint_eq(rng_below(&r, 1), 0);
}
END_TEST

START_TEST(uniform_floats_are_24_bit_fractions) {
    struct rng r = rng_stream(7, RNG_INIT, 0);
    double sum = 0;
    for (int i = 0; i < 10000; i++) {
        float u = rng_uniform(&r);
        ck_assert(u >= 0 && u < 1);
        ck_assert(u * 0x1p24f == (float)(int)(u * 0x1p24f));
        sum += u;
    }
    ck_assert_double_eq_tol(sum / 10000, 0.5,
                            5 * 0.2887 / 100); /* 5 standard deviations of the mean */
}
END_TEST

START_TEST(a_shuffle_is_a_permutation_and_reaches_every_order) {
    int seen[6] = {0};
    for (uint32_t i = 0; i < 600; i++) {
        int order[3] = {0, 1, 2};
        struct rng r = rng_stream(3, RNG_SHUFFLE, i);
        rng_shuffle(&r, order, 3);
        ck_assert_int_eq(1 << order[0] | 1 << order[1] | 1 << order[2], 7);
        seen[order[0] * 2 + (order[1] > order[2])]++;
    }
    for (int i = 0; i < 6; i++) /* mean 100, standard deviation 9.1 */
        ck_assert_int_lt(abs(seen[i] - 100), 46);
}
END_TEST

START_TEST(sha256_matches_the_standards_known_answers) {
    char hex[SHA256_HEX];
    sha256_hex("", 0, hex);
    ck_assert_str_eq(hex, "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
    sha256_hex("abc", 3, hex);
    ck_assert_str_eq(hex, "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
}
END_TEST

START_TEST(numbers_are_written_in_shortest_form_and_read_back_exactly) {
    static const struct {
        double x;
        const char *text;
    } known[] = {{0.1, "0.1"},
                 {30, "30"},
                 {-0.25, "-0.25"},
                 {1e-6, "1e-06"},
                 {1.0 / 3, "0.3333333333333333"},
                 {1e300, "1e+300"},
                 {0, "0"}};
    for (size_t i = 0; i < sizeof known / sizeof *known; i++) {
        struct text t = {0};
        text_number(&t, known[i].x);
        ck_assert_str_eq(t.data, known[i].text);
        ck_assert(strtod(t.data, NULL) == known[i].x);
        text_free(&t);
    }
}
END_TEST

START_TEST(json_is_nested_escaped_and_broken_into_lines_down_to_a_depth) {
    struct text t = {0};
    struct json j = {.out = &t, .lines = 1};
    json_open(&j, NULL, '{');
    json_string(&j, "a\"b", "c\\d\n");
    json_open(&j, "list", '[');
    json_int(&j, NULL, 1);
    json_bool(&j, NULL, true);
    json_close(&j, ']');
    json_open(&j, "none", '{');
    json_close(&j, '}');
    json_close(&j, '}');
    ck_assert_str_eq(t.data, "{\n  \"a\\\"b\": \"c\\\\d\\u000a\",\n  \"list\": [1, true],\n"
                             "  \"none\": {}\n}");
    text_free(&t);
}
END_TEST

START_TEST(a_format_writes_json_as_the_calls_for_each_value_do) {
    struct text t = {0};
    struct json j = {.out = &t};
    json_add(&j, "{ s=%s list=[ %d %zu %lld ]", "a=b c", -1, (size_t)2, 3LL);
    json_add(&j, "in={ yes=%i no=%i } half=%g none=%g }", true, false, 0.5, (double)NAN);
    ck_assert_str_eq(t.data, "{\"s\": \"a=b c\", \"list\": [-1, 2, 3], \"in\": {\"yes\": true, "
                             "\"no\": false}, \"half\": 0.5, \"none\": null}");
    text_free(&t);
}
END_TEST

START_TEST(a_written_file_reads_back_and_no_other_file_is_left) {
    struct error e = {0};
    const char *path = test_path("file");
    size_t size;
    int count;
    ck_assert_int_eq(file_write(path, "old", 3, &e), 0);
    ck_assert_int_eq(file_write(path, "a\0b", 3, &e), 0);
    char *data = file_read(path, 100, &size, &e);
    ck_assert_uint_eq(size, 3);
    ck_assert_mem_eq(data, "a\0b", 4);
    char **names = file_list(test_dir, &count, &e);
    ck_assert_int_eq(count, 1);
    free(data);
    free(names);
}
END_TEST

/* A limit on file sizes simulates a full disk: the write fails halfway. */
START_TEST(a_failed_write_leaves_the_old_file_and_no_other) {
    struct error e = {0};
    size_t size;
    static char large[1 << 16];
    struct rlimit before;
    ck_assert_int_eq(file_write(test_path("f"), "old", 3, &e), 0);
    signal(SIGXFSZ, SIG_IGN);
    ck_assert_int_eq(getrlimit(RLIMIT_FSIZE, &before), 0);
    ck_assert_int_eq(setrlimit(RLIMIT_FSIZE, &(struct rlimit){4096, before.rlim_max}), 0);
    ck_assert_int_eq(file_write(test_path("f"), large, sizeof large, &e), -1);
    ck_assert_int_eq(setrlimit(RLIMIT_FSIZE, &before), 0);
    ck_assert_int_eq(e.status, ERROR_RUN);
    test_names(e.text, test_path("f"));
    test_message(e.text);
    char *data = test_read(test_path("f"), &size);
    ck_assert_str_eq(data, "old");
    int count;
    free(file_list(test_dir, &count, &e));
    ck_assert_int_eq(count, 1);
    free(data);
}
END_TEST

START_TEST(writing_to_a_device_or_a_link_does_not_replace_it) {
    struct error e = {0};
    size_t size;
    char bytes[8] = "";
    char *pipe = strdup(test_path("pipe")), *link = strdup(test_path("link"));
    ck_assert_int_eq(mkfifo(pipe, 0600), 0);
    int fd = open(pipe, O_RDWR | O_NONBLOCK);
    ck_assert_int_ge(fd, 0);
    ck_assert_int_eq(file_write(pipe, "new", 3, &e), 0);
    ck_assert_int_eq(read(fd, bytes, sizeof bytes), 3);
    ck_assert_str_eq(bytes, "new");
    close(fd);
    test_write(test_path("file"), "old", 3);
    ck_assert_int_eq(symlink("file", link), 0);
    ck_assert_int_eq(file_write(link, "new", 3, &e), 0);
    ck_assert_int_eq(readlink(link, bytes, sizeof bytes), 4);
    char *data = test_read(test_path("file"), &size);
    ck_assert_str_eq(data, "new");
    free(data);
    free(link);
    free(pipe);
}
END_TEST

/* The file that is linked to need not exist, and the link may be relative to its own folder. */
START_TEST(a_link_to_a_file_that_does_not_exist_stays_and_the_file_is_created) {
    struct error e = {0};
    size_t size;
    char bytes[16] = "";
    mkdir(test_path("sub"), 0777);
    ck_assert_int_eq(symlink("to", test_path("sub/link")), 0);
    ck_assert_int_eq(symlink("sub/link", test_path("link")), 0);
    ck_assert_int_eq(file_write(test_path("link"), "new", 3, &e), 0);
    ck_assert_int_eq(readlink(test_path("link"), bytes, sizeof bytes), 8);
    ck_assert_int_eq(readlink(test_path("sub/link"), bytes, sizeof bytes), 2);
    char *data = test_read(test_path("sub/to"), &size);
    ck_assert_str_eq(data, "new");
    free(data);
    ck_assert_int_eq(symlink("circle", test_path("circle")), 0);
    ck_assert_int_eq(file_write(test_path("circle"), "new", 3, &e), -1);
    test_message(e.text);
}
END_TEST

START_TEST(a_file_that_is_replaced_keeps_its_mode) {
    struct error e = {0};
    struct stat s;
    const mode_t modes[] = {0600, 0444, 0666};
    mode_t mask = umask(022);
    for (int i = 0; i < 3; i++) {
        test_write(test_path("file"), "old", 3);
        ck_assert_int_eq(chmod(test_path("file"), modes[i]), 0);
        ck_assert_int_eq(file_write(test_path("file"), "new", 3, &e), 0);
        ck_assert_int_eq(stat(test_path("file"), &s), 0);
        ck_assert_uint_eq(s.st_mode & 07777, modes[i]);
        ck_assert_int_eq(unlink(test_path("file")), 0);
    }
    ck_assert_int_eq(file_write(test_path("file"), "new", 3, &e), 0);
    ck_assert_int_eq(stat(test_path("file"), &s), 0);
    ck_assert_uint_eq(s.st_mode & 07777, 0644); /* a new one: what the umask allows */
    umask(mask);
}
END_TEST

/* A process that has ended, and is not even a zombie any more. */
static pid_t ended_process(void) {
    pid_t pid = fork();
    if (pid == 0)
        _exit(0);
    ck_assert_int_eq(waitpid(pid, NULL, 0), pid);
    return pid;
}

/* Writes a large file again and again; killed in between, it leaves a temporary file. The next
 * writer of the file removes that, but neither one whose writer lives nor any other file. */
START_TEST(a_temporary_file_has_a_new_name_and_goes_when_its_writer_was_killed) {
    struct error e = {0};
    char living[PLATFORM_PROCESS], dead[PLATFORM_PROCESS];
    platform_process(getpid(), living);
    platform_process(ended_process(), dead);
    const char *kept[] = {"f.%s.0badcafe.tmp",  "f.%s.tmp",           "f.alpha-1-2-3.00000000.tmp",
                          "f.mine.tmp",         "f.00000000.tmp",     "f.x.%s.00000000.tmp",
                          "f.%s.000000000.tmp", "fg.%s.00000000.tmp", "f%s.00000000.tmp"};
    for (int i = 0; i < 9; i++) {
        char name[300];
        snprintf(name, sizeof name, kept[i], i == 0 ? living : dead);
        test_write(test_path("%s", name), "x", 1);
    }
    struct test_outcome before = test_shell("cd %s; touch f; ls", test_dir);
    test_write(test_path("f.%s.00000000.tmp", dead), "x", 1);
    ck_assert_int_eq(file_write(test_path("f"), "new", 3, &e), 0);
    ck_assert_str_eq(test_shell("cd %s; ls", test_dir).out, before.out);
    static char large[1 << 22];
    char first[FILE_PATH] = "", found[FILE_PATH] = "";
    for (int i = 0; i < 2; i++) {
        strcpy(first, found);
        file_remove_unfinished(test_path("h"));
        pid_t pid = fork();
        while (pid == 0)
            (void)!file_write(test_path("h"), large, sizeof large, &e);
        for (int ms = 0; ms < 10000; ms++) {
            struct test_outcome o = test_shell("cd %s; ls h.*.tmp 2>/dev/null", test_dir);
            if (o.out[0] && kill(pid, SIGSTOP) == 0) {
                o = test_shell("cd %s; ls h.*.tmp 2>/dev/null", test_dir);
                strcpy(found, o.out);
                if (found[0])
                    break;
                kill(pid, SIGCONT);
            }
        }
        ck_assert_str_ne(found, "");
        kill(pid, SIGKILL);
        ck_assert_int_eq(waitpid(pid, NULL, 0), pid);
    }
    ck_assert_str_ne(first, found);
    ck_assert_int_eq(file_write(test_path("h"), "new", 3, &e), 0);
    ck_assert_str_eq(test_shell("cd %s; ls h*", test_dir).out, "h\n");
}
END_TEST

/* A FIFO would be waited for, for ever; a link would let the lock appear elsewhere. */
START_TEST(a_lock_is_neither_a_link_nor_a_device) {
    struct error e[3] = {{0}, {0}, {0}};
    static struct file_lock lock;
    ck_assert_int_eq(mkfifo(test_path("fifo"), 0600), 0);
    ck_assert_int_eq(symlink("elsewhere", test_path("link")), 0);
    ck_assert_int_eq(file_lock(&lock, test_path("fifo"), &e[0]), -1);
    test_refused(&e[0], test_path("fifo"));
    ck_assert_int_eq(file_lock(&lock, test_path("link"), &e[1]), -1);
    test_refused(&e[1], test_path("link"));
    ck_assert(!test_exists(test_path("elsewhere")));
    ck_assert_int_eq(file_lock(&lock, test_path("lock"), &e[2]), 0);
    file_unlock(&lock);
    ck_assert_str_eq(test_shell("cd %s; ls | grep -v shell", test_dir).out, "fifo\nlink\n");
}
END_TEST

/* Takes the lock, reports that, and waits for SIGKILL. */
static pid_t holder(void) {
    int ready[2];
    char c;
    ck_assert_int_eq(pipe(ready), 0);
    pid_t pid = fork();
    if (pid == 0) {
        static struct file_lock lock;
        struct error e = {0};
        if (file_lock(&lock, test_path("lock"), &e) == 0)
            (void)!write(ready[1], "x", 1);
        for (;;)
            pause();
    }
    close(ready[1]);
    ck_assert_int_eq(read(ready[0], &c, 1), 1);
    close(ready[0]);
    return pid;
}

START_TEST(a_lock_is_free_as_soon_as_its_process_has_been_killed) {
    static struct file_lock lock;
    struct error e = {0};
    for (int reaped = 0; reaped < 2; reaped++) {
        pid_t pid = holder();
        ck_assert_int_eq(file_lock(&lock, test_path("lock"), &e), FILE_BUSY);
        kill(pid, SIGKILL);
        if (reaped)
            ck_assert_int_eq(waitpid(pid, NULL, 0), pid);
        else /* a zombie */
            ck_assert_int_eq(waitid(P_PID, (id_t)pid, &(siginfo_t){0}, WEXITED | WNOWAIT), 0);
        ck_assert_int_eq(file_lock(&lock, test_path("lock"), &e), 0);
        file_unlock(&lock);
        ck_assert_str_eq(test_shell("cd %s; ls | grep -v shell", test_dir).out, "");
    }
}
END_TEST

/* What the lock contains, and how many seconds ago its holder touched it. */
START_TEST(only_an_abandoned_lock_is_taken_over) {
    static struct file_lock lock;
    struct error e = {0};
    char me[PLATFORM_PROCESS], other[PLATFORM_PROCESS];
    platform_process(getpid(), me);
    snprintf(other, sizeof other, "%.*s1", (int)(strrchr(me, '-') - me) + 1, me);
    const struct {
        const char *holder;
        int age, want;
    } cases[] = {
        {me, 1000, FILE_BUSY},
        {other, 0, 0}, /* its PID is this process's by now */
        {"elsewhere-1-2-3", 30, FILE_BUSY},
        {"elsewhere-1-2-3", 90, 0},
        {"", 0, 0}, /* killed before it could name itself */
        {"nonsense", 0, 0},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        test_write(test_path("lock"), cases[i].holder, strlen(cases[i].holder));
        test_shell("touch -d '%d seconds ago' %s/lock", cases[i].age, test_dir);
        ck_assert_msg(file_lock(&lock, test_path("lock"), &e) == cases[i].want, "%zu %s", i,
                      e.text);
        if (cases[i].want == 0)
            file_unlock(&lock);
    }
}
END_TEST

/* Only the suite's time limit ends the waits. */
START_TEST(a_lock_is_touched_while_it_is_held_and_lost_when_another_replaces_it) {
    static struct file_lock lock;
    struct error e = {0};
    struct stat s = {0};
    ck_assert_int_eq(file_lock(&lock, test_path("lock"), &e), 0);
    ck_assert_int_eq(utimensat(AT_FDCWD, test_path("lock"), (struct timespec[2]){{0}}, 0), 0);
    while (s.st_mtime == 0) {
        ck_assert_int_eq(stat(test_path("lock"), &s), 0);
        usleep(10000);
    }
    ck_assert(!file_lock_lost(&lock));
    test_shell("cd %s; echo other >new; mv new lock", test_dir);
    while (!file_lock_lost(&lock))
        usleep(10000);
    file_unlock(&lock);
    ck_assert_str_eq(test_shell("cat %s/lock", test_dir).out, "other\n");
}
END_TEST

/* Eight processes find the lock of a ninth, which was killed, at once. */
START_TEST(of_many_processes_exactly_one_takes_over_a_lock) {
    for (int round = 0; round < 50; round++) {
        int go[2], count = 0;
        char dead[PLATFORM_PROCESS];
        pid_t pids[8];
        platform_process(ended_process(), dead);
        test_write(test_path("lock"), dead, strlen(dead));
        ck_assert_int_eq(pipe(go), 0);
        for (int i = 0; i < 8; i++)
            if ((pids[i] = fork()) == 0) {
                static struct file_lock lock;
                struct error e = {0};
                char c;
                close(go[1]);
                (void)!read(go[0], &c, 1); /* ends when the parent closes it */
                int result = file_lock(&lock, test_path("lock"), &e);
                while (result == 0 && test_exists(test_path("lock"))) /* until all have tried */
                    usleep(1000);
                _exit(result == 0 ? 0 : result == FILE_BUSY ? 1 : 2);
            }
        close(go[0]);
        close(go[1]);
        for (int ended = 0; ended < 7;) /* all but the one that holds it */
            for (int i = 0, status; i < 8; i++)
                if (pids[i] && waitpid(pids[i], &status, WNOHANG) == pids[i]) {
                    ck_assert_int_eq(WEXITSTATUS(status), 1);
                    pids[i] = 0;
                    ended++;
                }
        for (int i = 0, status; i < 8; i++)
            if (pids[i]) {
                while (waitpid(pids[i], &status, WNOHANG) == 0) /* it may still be taking over */
                    unlink(test_path("lock"));
                ck_assert_int_eq(WEXITSTATUS(status), 0);
                count++;
            }
        ck_assert_int_eq(count, 1);
    }
}
END_TEST

START_TEST(reading_refuses_directories_and_missing_or_oversized_files) {
    struct error e[3] = {{0}, {0}, {0}};
    size_t size;
    ck_assert_ptr_null(file_read(test_dir, 100, &size, &e[0]));
    test_refused(&e[0], test_dir);
    ck_assert_ptr_null(file_read(test_path("none"), 100, &size, &e[1]));
    test_refused(&e[1], test_path("none"));
    test_write(test_path("ten"), "0123456789", 10);
    ck_assert_ptr_null(file_read(test_path("ten"), 9, &size, &e[2]));
    test_refused(&e[2], test_path("ten"));
}
END_TEST

START_TEST(directories_are_created_with_their_parents) {
    struct error e = {0};
    ck_assert_int_eq(file_make_directory(test_path("a/b/c"), &e), 0);
    ck_assert_int_eq(file_make_directory(test_path("a/b/c"), &e), 0);
    ck_assert(file_is_directory(test_path("a/b/c"), &e));
    test_write(test_path("a/file"), "", 0);
    ck_assert_int_eq(file_make_directory(test_path("a/file/d"), &e), -1);
    ck_assert_int_eq(e.status, ERROR_INPUT);
}
END_TEST

Suite *test_base(void) {
    return TEST_SUITE(
        "base", the_first_error_wins, error_texts_contain_no_control_bytes,
        text_that_a_terminal_would_obey_is_not_plain, arena_memory_is_zeroed_aligned_and_disjoint,
        the_sanitizers_see_what_is_next_to_an_allocation_of_an_arena,
        arena_refuses_sizes_that_overflow, the_arena_formats_texts_of_any_length,
        philox_matches_its_authors_known_answers, random_streams_differ_by_seed_purpose_and_number,
        bounded_numbers_are_uniform, uniform_floats_are_24_bit_fractions,
        a_shuffle_is_a_permutation_and_reaches_every_order,
        sha256_matches_the_standards_known_answers,
        numbers_are_written_in_shortest_form_and_read_back_exactly,
        json_is_nested_escaped_and_broken_into_lines_down_to_a_depth,
        a_format_writes_json_as_the_calls_for_each_value_do,
        a_written_file_reads_back_and_no_other_file_is_left,
        a_failed_write_leaves_the_old_file_and_no_other,
        writing_to_a_device_or_a_link_does_not_replace_it,
        a_link_to_a_file_that_does_not_exist_stays_and_the_file_is_created,
        a_file_that_is_replaced_keeps_its_mode,
        a_temporary_file_has_a_new_name_and_goes_when_its_writer_was_killed,
        a_lock_is_neither_a_link_nor_a_device,
        a_lock_is_free_as_soon_as_its_process_has_been_killed, only_an_abandoned_lock_is_taken_over,
        a_lock_is_touched_while_it_is_held_and_lost_when_another_replaces_it,
        of_many_processes_exactly_one_takes_over_a_lock,
        reading_refuses_directories_and_missing_or_oversized_files,
        directories_are_created_with_their_parents);
}
