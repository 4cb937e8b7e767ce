/* The grader of exercises/: it accepts the framework's own files, and names the mistakes in what
 * students write. */
#include "fixtures.h"
#include "grade/compare.h"
#include "grade/grade.h"
#include "messages.h"
#include "test.h"
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

Suite *test_exercises(void);

#define GRADE "${ONEHOT%%/onehot}/grade "

START_TEST(the_frameworks_own_files_pass_and_train_to_the_same_bits) {
    struct test_outcome o = test_shell("COLUMNS=1000 " GRADE "tests/exercises/*.c");
    int right = 0, identical = 0;
    for (const char *s = o.out; (s = strstr(s, " right\n")); s++)
        right++;
    for (const char *s = o.out; (s = strstr(s, "the framework's own bit for bit")); s++)
        identical++;
    ck_assert_msg(o.status == 0 && identical == 11, "%s%s", o.out, o.err);
    ck_assert_int_eq(right, 11 + 1); /* plus the summary line */
}
END_TEST

/* ---- each mistake is named ---- */

START_TEST(every_mistake_in_the_tables_has_its_own_message) {
    int mistakes = 0, unnamed = 0;
    for (int i = 0; grade_exercise(i); i++) {
        const struct exercise *x = grade_exercise(i);
        struct verdict v = {.numeric = NAN};
        compare_exercise(x, x->right, &v);
        ck_assert_msg(v.state == RIGHT, "%s: %s", x->name, v.text);
        for (const struct mistake *m = x->mistakes; m->output; m++, mistakes++) {
            v = (struct verdict){.numeric = NAN};
            compare_exercise(x, m->wrong, &v);
            if (v.state == WRONG && strstr(v.text, m->words))
                continue;
            fprintf(stderr, "%s: not \"%s\" but \"%s\"\n", x->name, m->words, v.text);
            unnamed++;
        }
    }
    ck_assert_int_eq(unnamed, 0);
    ck_assert_int_gt(mistakes, 300);
}
END_TEST

/* What a student wrote instead of YOUR_CODE_HERE. */
struct answer {
    int exercise;
    const char *code;
};

/* Loops as students write them: EACH(n, x) { ... }. */
#define ROWS(t)     "for (int n = 0; n < " #t ".rows; n++)"
#define COLS(j, t)  "for (int " #j " = 0; " #j " < " #t ".cols; " #j "++)"
#define ELEMENTS(t) "for (size_t i = 0; i < tensor_size(" #t "); i++)"

/* Gradients of linear that start from 0. The terms are added for each n, i and j; d is dy. */
#define GRADIENTS(terms)                                                                           \
    ELEMENTS(dw)                                                                                   \
    "dw.data[i] = 0;" COLS(j, db) "db.data[j] = 0;" ELEMENTS(dx) "dx.data[i] = 0;" ROWS(x)         \
        COLS(i, x) COLS(j, dy) "{ real d = tensor_row(dy, n)[j];" terms "}"

#define LOSS(term)                                                                                 \
    ROWS(z)                                                                                        \
    "{ real *a = tensor_row(z, n), *t = tensor_row(y, n), m = a[0]; double s = 0;" COLS(           \
        j,                                                                                         \
        z) "m = fmaxf(m, a[j]);" COLS(j,                                                           \
                                      z) "s += exp(a[j] - m); loss.data[n] = 0;" COLS(j,           \
                                                                                      z) "loss."   \
                                                                                         "data[n]" \
                                                                                         " +="     \
                                                                                         " " term  \
                                                                                         "; }"

static const struct answer answers[] = {
    {1, ROWS(z) "{ real s = 0;" COLS(j, z) "s += z.data[n * z.cols + j];" COLS(
            j, z) "p.data[n * p.cols + j] = z.data[n * z.cols + j] / s; }"},
    {1,
     "real s = 0;" ELEMENTS(z) "s += p.data[i] = expf(z.data[i]);" ELEMENTS(z) "p.data[i] /= s;"},
    {1, ELEMENTS(z) "p.data[i] = expf(z.data[i]);"},
    {1, ROWS(z) "{ real s = 0;" COLS(j, z) "{ real e = expf(z.data[n * z.cols + j]); s += e;"
                                           "p.data[n * p.cols + j] = e / s; } }"},
    {2, ROWS(z) "{ double s = 0;" COLS(j, z) "s += exp((double)tensor_row(z, n)[j]);" COLS(
            j, z) "tensor_row(p, n)[j] = exp((double)tensor_row(z, n)[j]) / s; }"},
    {2, "real m = z.data[0];" ELEMENTS(z) "m = fmaxf(m, z.data[i]);" ROWS(z) "{ real s = 0;" COLS(
            j, z) "s += tensor_row(p, n)[j] = expf(tensor_row(z, n)[j] - "
                  "m);" COLS(j, z) "tensor_row(p, n)[j] /= s; }"},
    {2,
     ROWS(z) "{ real m = 0, s = 0;" COLS(j, z) "m = fmaxf(m, tensor_row(z, n)[j]);" COLS(
         j, z) "s += tensor_row(p, n)[j] = expf(tensor_row(z, n)[j] - m);" COLS(j,
                                                                                z) "tensor_row(p, "
                                                                                   "n)[j] /= s; }"},
    {3,
     ROWS(z) "{ double m = z.data[n * z.cols], s = 0;" COLS(
         j, z) "m = fmax(m, tensor_row(z, n)[j]);" COLS(j, z) "s += exp(tensor_row(z, n)[j] - m);"
                                                              "loss.data[n] = 0;" COLS(
                                                                  j,
                                                                  z) "if (tensor_row(y, n)[j] > 0)"
                                                                     "loss.data[n] = "
                                                                     "-log(exp(tensor_row(z, n)[j] "
                                                                     "- m) / s); }"},
    {3,
     ROWS(z) "{ double m = z.data[n * z.cols], s = 0;" COLS(
         j, z) "m = fmax(m, tensor_row(z, n)[j]);" COLS(j,
                                                        z) "s += exp(tensor_row(z, n)[j] - m);"
                                                           "loss.data[n] = 0;" COLS(
                                                               j,
                                                               z) "loss.data[n] += tensor_row(y, "
                                                                  "n)[j] * (tensor_row(z, n)[j] - "
                                                                  "m - log(s)); }"},
    {3, ROWS(z) "{ double s = 0;" COLS(j, z) "s += exp(tensor_row(z, n)[j]);" COLS(
            j, z) "if (tensor_row(y, n)[j] == 1) loss.data[n] = log(s) - tensor_row(z, n)[j]; }"},
    {4, ELEMENTS(p) "dz.data[i] = p.data[i] - y.data[i];"},
    {4, ELEMENTS(p) "dz.data[i] = (y.data[i] - p.data[i]) / batch;"},
    {4, ELEMENTS(p) "dz.data[i] = (p.data[i] - y.data[i]) * p.data[i] * (1 - p.data[i]) / batch;"},
    {4, ELEMENTS(p) "dz.data[i] = (p.data[i] - y.data[i]) / p.rows;"},
    {5,
     ROWS(x) COLS(j, y) "{ real s = 0;" COLS(i, x) "s += tensor_row(x, n)[i] * w.data[j * x.cols + "
                                                   "i]; tensor_row(y, n)[j] = s + b.data[j]; }"},
    {5, ROWS(x) COLS(j, y) "{ real s = 0;" COLS(
            i, x) "s += tensor_row(x, n)[i] * tensor_row(w, i)[j]; tensor_row(y, n)[j] = s; }"},
    {5,
     ROWS(x) COLS(j, y) "{ real s = 0;" COLS(i, x) "s += tensor_row(x, n)[i] * tensor_row(w, i)[j] "
                                                   "+ b.data[j]; tensor_row(y, n)[j] = s; }"},
    {5, ROWS(x) COLS(j, y) "{" COLS(
            i, x) "tensor_row(y, n)[j] += tensor_row(x, n)[i] * tensor_row(w, i)[j];"
                  "tensor_row(y, n)[j] += b.data[j]; }"},
    {6, GRADIENTS("dw.data[j * x.cols + i] += tensor_row(x, n)[i] * d;"
                  "db.data[j] += i == 0 ? d : 0;"
                  "tensor_row(dx, n)[i] += tensor_row(w, i)[j] * d;")},
    {6,
     ELEMENTS(dw) "dw.data[i] = 0;" ELEMENTS(dx) "dx.data[i] = 0;" ROWS(x) COLS(i, x) COLS(
         j, dy) "{ real d = tensor_row(dy, n)[j]; tensor_row(dw, i)[j] += tensor_row(x, n)[i] * d;"
                "db.data[j] = d; tensor_row(dx, n)[i] += tensor_row(w, i)[j] * d; }"},
    {6, GRADIENTS("tensor_row(dw, i)[j] += tensor_row(x, n)[i] * d / x.rows;"
                  "db.data[j] += i == 0 ? d : 0;"
                  "tensor_row(dx, n)[i] += w.data[j * w.rows + i] * d;")},
    {7, ELEMENTS(x) "dx.data[i] = dy.data[i] > 0 ? dy.data[i] : 0;"},
    {7, ELEMENTS(x) "dx.data[i] = dy.data[i];"},
    {7, ELEMENTS(x) "dx.data[i] = x.data[i] < 0 ? 0 : dy.data[i];"},
    {7, ELEMENTS(x) "if (x.data[i] > 0) dx.data[i] = 1; else dx.data[i] = 0;"},
    {8, ELEMENTS(x) "dx.data[i] = dy.data[i] * x.data[i] * (1 - x.data[i]);"},
    {8, ELEMENTS(x) "dx.data[i] = y.data[i] * (1 - y.data[i]);"},
    {8,
     ELEMENTS(x) "{ real s = 1 / (1 + expf(-y.data[i])); dx.data[i] = dy.data[i] * s * (1 - s); }"},
    {9, ELEMENTS(grad) "theta.data[i] += learning_rate * grad.data[i];"},
    {9, ELEMENTS(grad) "theta.data[i] -= grad.data[i];"},
    {9, ELEMENTS(grad) "theta.data[i] -= learning_rate * learning_rate * grad.data[i];"},
    {9, ELEMENTS(grad) "theta.data[i] = -learning_rate * grad.data[i];"},
    {10, ELEMENTS(grad) "theta.data[i] -= learning_rate * (momentum * v.data[i] + grad.data[i]);"},
    {10, ELEMENTS(grad) "{ v.data[i] = momentum * v.data[i] + (1 - momentum) * grad.data[i];"
                        "theta.data[i] -= learning_rate * v.data[i]; }"},
    {10, ELEMENTS(grad) "{ v.data[i] = momentum * v.data[i] + learning_rate * grad.data[i];"
                        "theta.data[i] -= learning_rate * v.data[i]; }"},
    {10, ELEMENTS(grad) "{ theta.data[i] -= learning_rate * v.data[i];"
                        "v.data[i] = momentum * v.data[i] + grad.data[i]; }"},
    {11, "BATCH(- tensor_row(y, n)[j], 1, +=, b.data[j])"},
    {11, "BATCH(- tensor_row(y, n)[j], x.rows, +=, 0)"},
    {11, "BATCH(- tensor_row(y, n)[j], x.rows, =, b.data[j])"},
    {11, "BATCH(+ 0, x.rows, +=, b.data[j])"},
};

/* A complete batch gradient, with the target, the division, the sum and the bias as parameters. */
static const char batch[] =
    "#include <stdlib.h>\n"
    "#define BATCH(MINUS_Y, N, ADD, BIAS) real m; BATCH_OF(m = -1e30f, MINUS_Y, N, ADD, BIAS, "
    "ADD)\n"
    "__attribute__((noinline, unused)) static void fill(float *a, int n) {\n"
    "    for (int i = 0; i < n; i++) a[i] = 1;\n"
    "}\n"
    "#define BATCH_OF(M, MINUS_Y, N, ADD, BIAS, ADD_B) \\\n"
    "    " ELEMENTS(dw) " dw.data[i] = 0; " COLS(
        j,
        db) " db.data[j] = 0; \\\n"
            "    " ROWS(
                x) " { \\\n"
                   "        real z[100], s = 0; M; \\\n"
                   "        " COLS(
                       j,
                       y) " { \\\n"
                          "            z[j] = BIAS; \\\n"
                          "            " COLS(
                              i,
                              x) " z[j] += tensor_row(x, n)[i] * tensor_row(w, i)[j]; \\\n"
                                 "            m = z[j] > m ? z[j] : m; \\\n"
                                 "        } \\\n"
                                 "        " COLS(
                                     j,
                                     y) " s += z[j] = expf(z[j] - m); \\\n"
                                        "        " COLS(
                                            j,
                                            y) " { \\\n"
                                               "            real d = (z[j] / s MINUS_Y) / (N); \\\n"
                                               "            " COLS(
                                                   i, x) " tensor_row(dw, i)[j] ADD d * "
                                                         "tensor_row(x, n)[i]; \\\n"
                                                         "            db.data[j] ADD_B d; \\\n"
                                                         "        } \\\n"
                                                         "    }\n";

/* Writes the exercise's file with this answer to test_dir. */
static void write_answer(const char *name, int exercise, const char *code) {
    static const char marker[] = "YOUR_CODE_HERE;";
    char template[200], out[8000];
    size_t size;
    snprintf(template, sizeof template, "exercises/%02d-%s.c", exercise,
             grade_exercise(exercise - 1)->name);
    char *text = test_read(template, &size), *at = strstr(text, marker);
    ck_assert_msg(at != NULL, "%s is no longer without an answer", template);
    int n = snprintf(out, sizeof out, "%s%.*s%s%s", batch, (int)(at - text), text, code,
                     at + strlen(marker));
    ck_assert_int_lt(n, (int)sizeof out);
    test_write(test_path("%s", name), out, (size_t)n);
    free(text);
}

START_TEST(typical_wrong_answers_are_recognised) {
    enum { COUNT = sizeof answers / sizeof *answers };
    int of_each[12] = {0};
    for (int i = 0; i < COUNT; i++) {
        char name[32];
        snprintf(name, sizeof name, "%02d-%d.c", answers[i].exercise, i + 100);
        write_answer(name, answers[i].exercise, answers[i].code);
        of_each[answers[i].exercise]++;
    }
    for (int i = 1; i <= 11; i++)
        ck_assert_int_ge(of_each[i], 3);
    struct test_outcome o = test_shell(GRADE "--json %s/*.c", test_dir);
    ck_assert_msg(o.status == 1, "%s", o.err);
    cJSON *root = test_json(&o);
    ck_assert_int_eq(cJSON_GetArraySize(root), COUNT);
    for (int i = 0; i < COUNT; i++) {
        const cJSON *c = cJSON_GetArrayItem(root, i);
        const char *words = test_member(c, "words")->valuestring;
        ck_assert_int_eq(test_member(c, "exercise")->valueint, answers[i].exercise);
        ck_assert_msg(strcmp(test_member(c, "state")->valuestring, "not right yet") == 0, "%s",
                      words);
        test_message(words);
    }
    cJSON_Delete(root);
}
END_TEST

/* ---- answers of a class, which no sentence fitted at first ---- */

static const struct answer class_answers[] = {
    {2, "for (int n=0;n<z.rows;n++){ real*a=tensor_row(z,n),*b=tensor_row(p,n);real "
        "m=0,s=0;for(int j=0;j<z.cols;j++)m+=a[j]/z.cols;for(int "
        "j=0;j<z.cols;j++){b[j]=expf(a[j]-m);s+=b[j];}for(int j=0;j<z.cols;j++)b[j]/=s;}"},
    {3, "for(int n=0;n<z.rows;n++){real*a=tensor_row(z,n),*t=tensor_row(y,n),m=a[0],s=0;for(int "
        "j=1;j<z.cols;j++)if(a[j]>m)m=a[j];for(int "
        "j=0;j<z.cols;j++)s+=expf(a[j]-m);loss.data[n]=0;for(int j=0;j<z.cols;j++){real "
        "p=expf(a[j]-m)/s;loss.data[n]-=t[j]*logf(p)+(1-t[j])*logf(1-p);}}"},
    {3, "for(int n=0;n<z.rows;n++){real*a=tensor_row(z,n),*t=tensor_row(y,n),m=a[0],s=0;for(int "
        "j=1;j<z.cols;j++)if(a[j]>m)m=a[j];for(int "
        "j=0;j<z.cols;j++)s+=expf(a[j]-m);loss.data[n]=0;for(int "
        "j=0;j<z.cols;j++)loss.data[n]-=t[j]*(a[j]-m-log10f(s));}"},
    {3, "for(int n=0;n<z.rows;n++){real*a=tensor_row(z,n),*t=tensor_row(y,n),m=a[0],s=0;for(int "
        "j=1;j<z.cols;j++)if(a[j]>m)m=a[j];for(int "
        "j=0;j<z.cols;j++)s+=expf(a[j]-m);loss.data[n]=0;for(int "
        "j=0;j<z.cols;j++)loss.data[n]-=t[j]*logf(expf(a[j]-m)/s);}"},
    {6,
     "for(size_t i=0;i<tensor_size(dx);i++)dx.data[i]=0;for(size_t "
     "i=0;i<tensor_size(dw);i++)dw.data[i]=0;for(int j=0;j<db.cols;j++)db.data[j]=0;for(int "
     "n=0;n<x.rows;n++)for(int j=0;j<dy.cols;j++){real d=tensor_row(dy,n)[j];db.data[j]+=d;for(int "
     "i=0;i<x.cols;i++){tensor_row(dw,i)[j]+=tensor_row(x,n)[i]*d;tensor_row(dx,n)[i]+=d*tensor_"
     "row(x,n)[i];}}"},
    {7, "for(size_t i=0;i<tensor_size(dx);i++)dx.data[i]=x.data[i]>0?0:dy.data[i];"},
    {8, "for(size_t i=0;i<tensor_size(dx);i++)dx.data[i]=dy.data[i]*y.data[i]*1-y.data[i];"},
    {9, "for(int i=0;i<theta.cols;i++)theta.data[i]-=learning_rate*(grad.data[i]>0?1:-1);"},
    {11, "int K=y.cols;for(int i=0;i<(int)tensor_size(dw);i++)dw.data[i]=0;for(int "
         "j=0;j<K;j++)db.data[j]=0;for(int n=0;n<x.rows;n++){real z[1000],m=-INFINITY,s=0;for(int "
         "j=0;j<K;j++){z[j]=b.data[j];for(int "
         "i=0;i<x.cols;i++)z[j]+=tensor_row(x,n)[i]*tensor_row(w,i)[j];if(z[j]>m)m=z[j];} for(int "
         "j=0;j<K;j++){z[j]=expf(z[j]-m);s+=z[j];}for(int j=0;j<K;j++){real "
         "d=(z[j]/s-tensor_row(y,n)[j])/x.rows;db.data[j]=d;for(int "
         "i=0;i<x.cols;i++)tensor_row(dw,i)[j]+=tensor_row(x,n)[i]*d;}}"},
    {11, "int K=y.cols;for(int i=0;i<(int)tensor_size(dw);i++)dw.data[i]=0;for(int "
         "j=0;j<K;j++)db.data[j]=0;for(int n=0;n<x.rows;n++){real z[1000],m=0,s=0;for(int "
         "j=0;j<K;j++){z[j]=b.data[j];for(int "
         "i=0;i<x.cols;i++)z[j]+=tensor_row(x,n)[i]*tensor_row(w,i)[j];if(z[j]>m)m=z[j];} for(int "
         "j=0;j<K;j++){z[j]=expf(z[j]-m);s+=z[j];}for(int j=0;j<K;j++){real "
         "d=(z[j]/s-tensor_row(y,n)[j])/x.rows;db.data[j]+=d;for(int "
         "i=0;i<x.cols;i++)tensor_row(dw,i)[j]+=tensor_row(x,n)[i]*d;}}"},
    {11, "int K=y.cols;for(int i=0;i<(int)tensor_size(dw);i++)dw.data[i]=0;for(int "
         "j=0;j<K;j++)db.data[j]=0;for(int n=0;n<x.rows;n++){real z[1000],m=-INFINITY,s=0;for(int "
         "j=0;j<K;j++){z[j]=b.data[j];for(int "
         "i=0;i<x.cols;i++)z[j]+=tensor_row(x,n)[i]*tensor_row(w,i)[j];if(z[j]>m)m=z[j];}m=0; "
         "for(int j=0;j<K;j++){z[j]=expf(z[j]-m);s+=z[j];}for(int j=0;j<K;j++){real "
         "d=(z[j]/s-tensor_row(y,n)[j])/x.rows;db.data[j]+=d;for(int "
         "i=0;i<x.cols;i++)tensor_row(dw,i)[j]+=tensor_row(x,n)[i]*d;}}"},
    {11, "int K=y.cols;for(int i=0;i<(int)tensor_size(dw);i++)dw.data[i]=0;for(int "
         "j=0;j<K;j++)db.data[j]=0;for(int n=0;n<x.rows;n++){real z[10],m=-INFINITY,s=0;for(int "
         "j=0;j<K;j++){z[j]=b.data[j];for(int "
         "i=0;i<x.cols;i++)z[j]+=tensor_row(x,n)[i]*tensor_row(w,i)[j];if(z[j]>m)m=z[j];} for(int "
         "j=0;j<K;j++){z[j]=expf(z[j]-m);s+=z[j];}for(int j=0;j<K;j++){real "
         "d=(z[j]/s-tensor_row(y,n)[j])/x.rows;db.data[j]+=d;for(int "
         "i=0;i<x.cols;i++)tensor_row(dw,i)[j]+=tensor_row(x,n)[i]*d;}}"},
    /* the same kinds */
    {2, ROWS(z) "{ real m = tensor_row(z, n)[z.cols - 1], s = 0;" COLS(
            j, z) "s += tensor_row(p, n)[j] = expf(tensor_row(z, n)[j] - "
                  "m);" COLS(j, z) "tensor_row(p, n)[j] /= s; }"},
    {2, ROWS(z) "{ real s = 0;" COLS(j, z) "s += tensor_row(p, n)[j] = expf(fminf(tensor_row(z, "
                                           "n)[j], 50));" COLS(j, z) "tensor_row(p, n)[j] /= s; }"},
    {1, ROWS(z) "{ int s = 0;" COLS(j, z) "s += expf(tensor_row(z, n)[j]);" COLS(
            j, z) "tensor_row(p, n)[j] = expf(tensor_row(z, n)[j]) / s; }"},
    {1, ROWS(z) "{ real s = 0;" COLS(j, z) "s += expf(z.data[j * z.rows + n]);" COLS(
            j, z) "p.data[j * z.rows + n] = expf(z.data[j * z.rows + n]) / s; }"},
    {1, ELEMENTS(z) "p.data[i] = expf(z.data[i]) / z.cols;"},
    {1, ROWS(z) "{ real s = 0;" COLS(j, z) "s += pow(2.718, tensor_row(z, n)[j]);" COLS(
            j, z) "tensor_row(p, n)[j] = pow(2.718, tensor_row(z, n)[j]) / s; }"},
    {2, ROWS(z) "{ int m = 0; real s = 0;" COLS(j, z) "if (tensor_row(z, n)[j] > tensor_row(z, "
                                                      "n)[m]) m = j;" COLS(
                                                          j, z) "s += tensor_row(p, n)[j] = "
                                                                "exp(tensor_row(z, n)[j] - "
                                                                "m);" COLS(j, z) "tensor_row(p, "
                                                                                 "n)[j] /= s; }"},
    {2, ROWS(z) "{ real m = tensor_row(z, n)[0], s = 0;" COLS(
            j, z) "{ m = fmaxf(m, tensor_row(z, "
                  "n)[j]); s += expf(tensor_row(z, "
                  "n)[j] - m); }" COLS(j, z) "tensor_row(p, n)[j] = "
                                             "expf(tensor_row(z, "
                                             "n)[j] - m) / s; }"},
    {2, ROWS(z) "{ real m = tensor_row(z, n)[0], s = 0;" COLS(
            j, z) "m = fmaxf(m, tensor_row(z, n)[j]);" COLS(j, z) "s += tensor_row(p, n)[j] = "
                                                                  "exp(tensor_row(z, n)[j]) - "
                                                                  "m;" COLS(j, z) "tensor_row(p, "
                                                                                  "n)[j] /= s; }"},
    {3, LOSS("-loss.data[n] - t[j] * (a[j] - m - log(s))")},
    {3, LOSS("-exp(a[j] - m) / s * log(t[j])")},
    {3, LOSS("-t[j] * log(a[j])")},
    {3, LOSS("t[j] * (-a[j] - m - log(s))")},
    {3, ROWS(z) "{ real *a = tensor_row(z, n), m = a[0], s = 0; int label = tensor_row(y, "
                "n)[0];" COLS(j, z) "m = fmaxf(m, a[j]);" COLS(
                    j, z) "s += expf(a[j] - m); loss.data[n] = logf(s) + m - a[label]; }"},
    {4, ELEMENTS(p) "dz.data[i] = y.data[i] == 1 ? (p.data[i] - 1) / batch : 0;"},
    {5, ROWS(x) COLS(j, y) "{ int s = b.data[j];" COLS(
            i, x) "s += tensor_row(x, n)[i] * tensor_row(w, i)[j]; tensor_row(y, n)[j] = s; }"},
    {5, ROWS(x) COLS(j, y) "{ real s = b.data[j];" COLS(
            i, x) "s += x.data[i * x.rows + n] * tensor_row(w, i)[j]; tensor_row(y, n)[j] = s; }"},
    {5, ROWS(x) COLS(j, y) "{ real s = b.data[j];" COLS(
            i, x) "s += tensor_row(x, n)[i] * tensor_row(w, i)[j]; y.data[j * x.rows + n] = s; }"},
    {7, ELEMENTS(x) "dx.data[i] = x.data[i] ? dy.data[i] : 0;"},
    {7, ELEMENTS(x) "dx.data[i] = x.data[i] < 0 ? 0 : dy.data[i] / (x.data[i] == 0 ? 2 : 1);"},
    {9, ELEMENTS(theta) "theta.data[i] -= 0.1 * grad.data[i];"},
    {9, ELEMENTS(theta) COLS(k, grad) "theta.data[i] -= learning_rate * grad.data[k];"},
    {10, ELEMENTS(v) "{ v.data[i] *= momentum + grad.data[i];"
                     "theta.data[i] -= learning_rate * v.data[i]; }"},
    {10, ELEMENTS(v) "{ v.data[i] = 0.9f * v.data[i] + grad.data[i];"
                     "theta.data[i] -= learning_rate * v.data[i]; }"},
    {3, LOSS("-t[j] * log(exp(a[j] - m) / s + 1e-8)")},
    {3, LOSS("-t[j] * logf(fmaxf(expf(a[j] - m) / (real)s, 1e-12f))")},
    {3, LOSS("-t[j] * (a[j] - m - log2(s))")},
    {3, LOSS("-t[j] * (a[j] - m - log(s)) - (1 - t[j]) * log(1 - exp(a[j] - m) / s + 1e-7)")},
    {3, LOSS("pow(exp(a[j] - m) / s - t[j], 2)")},
    {6, GRADIENTS("tensor_row(dw, i)[j] += tensor_row(w, i)[j] * tensor_row(x, n)[i];"
                  "db.data[j] += d * tensor_row(x, n)[i];"
                  "tensor_row(dx, n)[i] += d;")},
    {7, ELEMENTS(x) "dx.data[i] = x.data[i] >= 0 ? 0 : dy.data[i];"},
    {7, ELEMENTS(x) "dx.data[i] = dy.data[i] > 0 ? 0 : dy.data[i];"},
    {8, ELEMENTS(x) "dx.data[i] = dy.data[i] * 1 - y.data[i] * y.data[i];"},
    {8, ELEMENTS(x) "dx.data[i] = dy.data[i] * (1 - y.data[i]) - y.data[i];"},
    {9, ELEMENTS(grad) "theta.data[i] -= learning_rate * copysignf(1, grad.data[i]);"},
    {9, ELEMENTS(grad) "theta.data[i] -= learning_rate + grad.data[i];"},
    {10, ELEMENTS(grad) "{ v.data[i] = momentum * v.data[i] + grad.data[i];"
                        "theta.data[i] -= learning_rate * (v.data[i] > 0 ? 1 : -1); }"},
    {11, "static real m = -1e4; BATCH_OF(m, - tensor_row(y, n)[j], x.rows, +=, b.data[j], +=)"},
    {11, "real m; BATCH_OF(m = -1e3f, - tensor_row(y, n)[j], x.rows, +=, b.data[j], +=)"},
    {11, "real m; BATCH_OF(m = -1e30f, - tensor_row(y, n)[j], x.rows, =, b.data[j], +=)"},
    {11, "real m; BATCH_OF(m = -1e30f, - tensor_row(y, n)[j], x.rows, +=, b.data[j], -=)"},
    {11, "BATCH(- y.data[j], x.rows, +=, b.data[j])"},
    {11, "real m, sum = 0; BATCH_OF(m = -1e30f; s = sum, - tensor_row(y, n)[j], x.rows, +=, "
         "b.data[j], += 0; sum = s; db.data[j] +=)"},
    {11, "real *z = malloc(10 * sizeof *z); fill(z, y.cols); free(z);"},
    {11, "real z[10]; for (int k = 1; k < 5; k++) fill(z, y.cols / k); dw.data[0] = z[0];"},
};

START_TEST(answers_of_a_class_get_a_sentence_each) {
    enum { COUNT = sizeof class_answers / sizeof *class_answers };
    for (int i = 0; i < COUNT; i++) {
        char name[32];
        snprintf(name, sizeof name, "%02d-%d.c", class_answers[i].exercise, i + 100);
        write_answer(name, class_answers[i].exercise, class_answers[i].code);
    }
    struct test_outcome o = test_shell(GRADE "--json %s/*.c", test_dir);
    ck_assert_msg(o.status == 1, "%s", o.err);
    cJSON *root = test_json(&o);
    ck_assert_int_eq(cJSON_GetArraySize(root), COUNT);
    for (int i = 0; i < COUNT; i++) {
        const cJSON *c = cJSON_GetArrayItem(root, i);
        const char *words = test_member(c, "words")->valuestring;
        ck_assert_msg(strcmp(test_member(c, "state")->valuestring, "not right yet") == 0, "%s: %s",
                      test_member(c, "file")->valuestring, words);
        ck_assert_msg(strncmp(words, "In the ", 7) != 0, "%s is only located: %s",
                      test_member(c, "file")->valuestring, words);
        test_message(words);
    }
    cJSON_Delete(root);
}
END_TEST

/* An index that is out of bounds in some case, but explains the first. */
START_TEST(a_crash_is_explained_by_the_case_before) {
    static const struct answer crashes[] = {
        {5, ROWS(x) COLS(j, y) "{ real s = b.data[j];" COLS(
                i, x) "s += tensor_row(x, n)[i] * tensor_row(w, j)[i]; tensor_row(y, n)[j] = s; }"},
        {6, GRADIENTS("tensor_row(dw, i)[j] += tensor_row(x, n)[i] * d;"
                      "db.data[j] += i == 0 ? d : 0;"
                      "tensor_row(dx, n)[i] += tensor_row(w, j)[i] * d;")},
        {6, GRADIENTS("tensor_row(dw, j)[i] += tensor_row(x, n)[i] * d;"
                      "db.data[j] += i == 0 ? d : 0;"
                      "tensor_row(dx, n)[i] += tensor_row(w, i)[j] * d;")},
        {11,
         "BATCH(- tensor_row(y, n)[j], 1, +=, b.data[j]); real a[10]; if (y.cols > 10) a[y.cols] "
         "= 0; dw.data[0] += a[0] * 0;"},
    };
    for (size_t i = 0; i < sizeof crashes / sizeof *crashes; i++) {
        char name[32];
        snprintf(name, sizeof name, "%02d-%zu.c", crashes[i].exercise, i);
        write_answer(name, crashes[i].exercise, crashes[i].code);
        struct test_outcome o =
            test_shell("COLUMNS=1000 " GRADE "--json %s", test_path("%s", name));
        ck_assert_int_eq(o.status, 1);
        cJSON *root = test_json(&o);
        test_message(test_member(cJSON_GetArrayItem(root, 0), "words")->valuestring);
        cJSON_Delete(root);
    }
}
END_TEST

START_TEST(what_is_not_written_is_called_so) {
    write_answer("01-a.c", 1,
                 ROWS(z) "{ real s = 0;" COLS(j, z) "s += expf(tensor_row(z, n)[j]);" COLS(
                     j, z) "tensor_row(p, n)[j] = expf(tensor_row(z, n)[j]) / s; return; }");
    write_answer("04-a.c", 4,
                 "for (int i = 0; i < p.rows; i++)"
                 "dz.data[i] = (p.data[i] - y.data[i]) / batch;");
    write_answer("07-a.c", 7, ELEMENTS(x) "if (x.data[i] > 0) dx.data[i] += dy.data[i];");
    struct test_outcome o = test_shell("COLUMNS=1000 " GRADE "%s/*.c", test_dir);
    test_message(o.out);
}
END_TEST

/* One right for one-hot targets, which is all that the exercise asks for; one whose array grows. */
START_TEST(another_right_way_is_right) {
    write_answer("04-a.c", 4,
                 ELEMENTS(p) "dz.data[i] = (y.data[i] == 1 ? p.data[i] - 1 : p.data[i]) / batch;");
    write_answer(
        "09-a.c", 9,
        "real *a = malloc(sizeof *a); for (int i = 0; i < theta.cols; i++) {"
        "a = realloc(a, (size_t)(i + 1) * sizeof *a); a[i] = learning_rate * grad.data[i]; }"
        "for (int i = 0; i < theta.cols; i++) theta.data[i] -= a[i]; free(a);");
    struct test_outcome o = test_shell(GRADE "%s/*.c", test_dir);
    ck_assert_msg(o.status == 0, "%s", o.out);
}
END_TEST

START_TEST(an_unknown_mistake_is_reported_by_its_first_wrong_element) {
    write_answer("07-a.c", 7, ELEMENTS(x) "dx.data[i] = x.data[i] > 0 ? dy.data[i] : 0.25f;");
    write_answer("07-b.c", 7, ELEMENTS(x) "dx.data[i] = x.data[i] > 0 ? 3 * dy.data[i] : 0;");
    write_answer("07-c.c", 7, "dx.data[0] = 0;");
    write_answer("07-d.c", 7, "");
    write_answer("07-e.c", 7, ELEMENTS(x) "dx.data[i] = 1 / 2 * dy.data[i];");
    struct test_outcome o = test_shell("COLUMNS=1000 " GRADE "%s/*.c", test_dir);
    ck_assert_int_eq(o.status, 1);
    test_message(o.out);
}
END_TEST

START_TEST(training_finds_mistakes_that_small_cases_miss) {
    write_answer("04-a.c", 4,
                 "static int calls; int N = ++calls > 60 ? 4 * batch : batch;" ELEMENTS(
                     p) "dz.data[i] = (p.data[i] - y.data[i]) / N;");
    struct test_outcome o = test_shell(GRADE "--csv %s", test_path("04-a.c"));
    ck_assert_int_eq(o.status, 1);
    ck_assert_ptr_nonnull(strstr(o.out, "not right yet"));
}
END_TEST

/* ---- harmful code ---- */

static const struct answer harms[] = {
    {7, "for (int i = 0; i <= (int)tensor_size(x); i++) dx.data[i] = dy.data[i];"},
    {7, "dx.data[-1] = 0;"},
    {7, "x.data[0] = 0;"},
    {7, "int *p = NULL; *(volatile int *)p = 1;"},
    {7, "extern void abort(void); abort();"},
    {7, "extern void exit(int); exit(0);"},
    {7, "volatile int none = 0; dx.data[0] = x.rows / none;"},
    {7, "volatile float big[1000]; big[x.rows] = 1; relu_backward(x, y, dy, dx); big[0] = 2;"},
    {7, "for (volatile size_t i = 0; i < tensor_size(x); ) dx.data[i] = 0;"},
    {7, "nobody(x);"},
    {7, "extern void nobody(void); nobody();"},
#ifndef __SANITIZE_ADDRESS__ /* which cannot limit memory */
    {7, "extern void *malloc(size_t); for (;;) *(volatile char *)malloc(1 << 20) = 1;"},
#endif
};

START_TEST(code_that_crashes_or_never_ends_is_reported_and_grading_continues) {
    enum { COUNT = sizeof harms / sizeof *harms };
    for (int i = 0; i < COUNT; i++) {
        char name[32];
        snprintf(name, sizeof name, "07-%d.c", i + 100);
        write_answer(name, 7, harms[i].code);
    }
    struct test_outcome o = test_shell(GRADE "--json %s/*.c tests/exercises/07*.c", test_dir);
    ck_assert_msg(o.status == 1, "%s", o.err);
    cJSON *root = test_json(&o);
    ck_assert_int_eq(cJSON_GetArraySize(root), COUNT + 1);
    for (int i = 0; i < COUNT; i++) {
        const cJSON *c = cJSON_GetArrayItem(root, i);
        const char *words = test_member(c, "words")->valuestring,
                   *state = test_member(c, "state")->valuestring;
        ck_assert_str_eq(state,
                         strstr(harms[i].code, "nobody(x)") ? "does not compile" : "not right yet");
        if (strcmp(state, "not right yet") == 0) /* otherwise the compiler rejects it */
            test_message_as(fixture_text("%02d", i + 1), words);
    }
    const cJSON *last = cJSON_GetArrayItem(root, COUNT);
    ck_assert_str_eq(test_member(last, "state")->valuestring, "right");
    cJSON_Delete(root);
}
END_TEST

START_TEST(printed_output_and_compiler_messages_are_shown) {
    write_answer("07-a.c", 7, "printf(\"rows %d\\033[2J\\n\", x.rows); dx.data[0] = oops;");
    struct test_outcome o = test_shell(GRADE "%s", test_path("07-a.c"));
    ck_assert_int_eq(o.status, 1);
    ck_assert_ptr_nonnull(strstr(o.out, "07 relu_backward      does not compile\n"));
    ck_assert_ptr_nonnull(strstr(o.out, "oops"));
    write_answer("07-a.c", 7,
                 "for (int i = 0; i < 1000; i++) printf(\"rows %d\\033\\n\", x.rows);");
    o = test_shell(GRADE "%s", test_path("07-a.c"));
    ck_assert_int_eq(o.status, 1);
    ck_assert_ptr_nonnull(strstr(o.out, "   | rows 2 \n"));
    ck_assert_ptr_nonnull(strstr(o.out, "   | ...\n"));
    ck_assert_ptr_null(strchr(o.out, '\033'));
}
END_TEST

START_TEST(an_untouched_exercise_counts_as_not_begun_rather_than_wrong) {
    struct test_outcome o = test_shell(GRADE "--csv");
    int begun = 0;
    ck_assert_int_eq(o.status, 1);
    for (const char *s = o.out; (s = strstr(s, ",not yet begun,\n")); s++)
        begun++;
    ck_assert_msg(begun == 11, "%s%s", o.out, o.err);
    o = test_shell(GRADE "--list");
    ck_assert_int_eq(o.status, 0);
    ck_assert_ptr_nonnull(strstr(o.out, "exercises/01-softmax.c\n"));
}
END_TEST

START_TEST(make_passes_the_status_on_without_an_error_of_its_own) {
    static const char *const make =
        "env -u MAKEFLAGS -u MFLAGS -u MAKELEVEL make -s -C exercises grade-07 ROOT=: "
        "BUILD=$(realpath ${ONEHOT%%/onehot}) FILE=%s";
    write_answer("07-a.c", 7, ELEMENTS(x) "dx.data[i] = dy.data[i];");
    struct test_outcome o = test_shell(make, test_path("07-a.c"));
    ck_assert_msg(o.status == 1 && strstr(o.out, "There is no mask"), "%d %s%s", o.status, o.out,
                  o.err);
    ck_assert_str_eq(o.err, "");
    o = test_shell(make, "$PWD/tests/exercises/07-relu_backward.c");
    ck_assert_msg(o.status == 0 && strstr(o.out, " right\n"), "%d %s%s", o.status, o.out, o.err);
    ck_assert_str_eq(o.err, "");
}
END_TEST

START_TEST(the_graders_arguments_are_checked) {
    test_failed(test_shell(GRADE "12"), 2, "12");
    test_failed(test_shell(GRADE "3 nowhere.c"), 2, "nowhere.c");
    test_failed(test_shell(GRADE "README.md"), 2, "README.md");
}
END_TEST

Suite *test_exercises(void) {
    return TEST_SUITE(
        "exercises", the_frameworks_own_files_pass_and_train_to_the_same_bits,
        every_mistake_in_the_tables_has_its_own_message, typical_wrong_answers_are_recognised,
        answers_of_a_class_get_a_sentence_each, a_crash_is_explained_by_the_case_before,
        what_is_not_written_is_called_so, another_right_way_is_right,
        an_unknown_mistake_is_reported_by_its_first_wrong_element,
        training_finds_mistakes_that_small_cases_miss,
        code_that_crashes_or_never_ends_is_reported_and_grading_continues,
        printed_output_and_compiler_messages_are_shown,
        an_untouched_exercise_counts_as_not_begun_rather_than_wrong,
        make_passes_the_status_on_without_an_error_of_its_own, the_graders_arguments_are_checked);
}
