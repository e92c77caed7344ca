/* headlines.h: what was wrong, in one line each: who, since when, how many, and what to type next.
 *
 * Findings of one rule are one headline, whoever they are about; and those of several rules about one endpoint are, too.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef TCPS_HEADLINES_H
#define TCPS_HEADLINES_H

#include "model/model.h"
#include "model/totals.h"

G_BEGIN_DECLS

enum { TCPS_HEADLINE_SUBJECTS = 4, TCPS_HEADLINE_RULES = 6 };

typedef struct {
    uint8_t severity;
    uint8_t rank;              /* causes have lower ones than effects */
    bool died;                 /* a service was there and then was not: of its resets and refusals */
    uint8_t n_rules;           /* of those below; 1 where there are several subjects */
    uint8_t n_named;           /* of the subjects below */
    uint32_t n;                /* findings */
    uint32_t n_subjects;       /* in all */
    uint32_t connection;       /* the worst one's */
    int64_t first_ns, last_ns; /* when they began */
    const tcps_subject *subjects[TCPS_HEADLINE_RULES]; /* one for each rule, or the first of several of one rule */
    const tcps_durations *timed;   /* of all its findings, where they are of one rule; NULL: not known */
    const tcps_dealings *dealings; /* the subject's, if it is one; NULL: nothing is known */
} tcps_headline;

/* Of tcps_headline, the worst first, and of those the causes; none at chat. It holds pointers into the totals. To be freed with
 * g_array_unref. */
GArray *tcps_headlines(const tcps_totals *totals);

/* What the headline says, without its time: "10.0.0.2:80 refused 15 connections". */
void tcps_headline_append(GString *to, const tcps_headline *headline);
/* A display filter for where it shows. */
void tcps_headline_append_filter(GString *to, const tcps_headline *headline);

/* The first screen's part: all headlines, or as many as fit so many lines; or that nothing is wrong. */
void tcps_append_headlines(GString *to, const tcps_model *model, const tcps_totals *totals, unsigned lines);

/* Which rules are causes of which: those of lower ranks. */
unsigned tcps_headline_rank(unsigned rule);
/* Whether several findings of the rule are told in a sentence, to which others can be added. */
bool tcps_headline_is_sentence(unsigned rule);
/* By whom findings of the rule are counted where it makes no difference. */
tcps_grouping tcps_headline_grouping(unsigned rule);

G_END_DECLS
#endif
