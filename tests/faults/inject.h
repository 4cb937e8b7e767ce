/* What the fault injector (inject.c) and the tests that use it share: a file that $FAULTS names,
 * mapped by every process of a command. */
#ifndef ONEHOT_TESTS_FAULTS_INJECT_H
#define ONEHOT_TESTS_FAULTS_INJECT_H

/* A call has as many faults as there are ways for it to fail. They are numbered from 1, in the
 * order of the calls. */
struct faults {
    long count;     /* faults passed so far, in all processes */
    long at;        /* the fault to inject; 0: none */
    int kill;       /* SIGKILL instead of the fault */
    char only[32];  /* the only call that fails, such as "lstat"; "": any */
    char call[32];  /* the call that failed, "" if none did; set by the injector, as are ... */
    int number;     /* ... its errno, or 0 if it only transferred fewer bytes ... */
    char place[96]; /* ... and the caller, as FILE+OFFSET for addr2line */
};

#endif
