# Small designs with one to four denominator degrees of freedom: F tests by Kenward and Roger as lmerTest has them (pbkrtest),
# written with their data to tests/inference/tables/small_designs.json; balanced ones with positive variances also by the strata of
# aov(), whose F are exact (pbkrtest 0.5.2 itself is off by rounding at 2 denominator df). Rscript 60_small_designs.R
suppressMessages({ library(lme4); library(lmerTest); library(jsonlite) })
options(contrasts = c("contr.sum", "contr.poly"))
set.seed(20)
split_plot <- function(blocks, whole, sub, drop = integer()) {
  d <- expand.grid(sub = paste0("s", seq_len(sub)), whole = paste0("w", seq_len(whole)), block = paste0("b", seq_len(blocks)))
  plot <- interaction(d$block, d$whole)
  d$y <- round(12 + 3 * rnorm(blocks)[as.integer(d$block)] + 2 * rnorm(nlevels(plot))[as.integer(plot)] +
    0.8 * rnorm(nrow(d)) + 1.5 * as.integer(d$whole) + 0.5 * as.integer(d$sub), 2)
  if (length(drop)) d <- d[-drop, ]
  d
}
strata <- function(formula, d, terms) {
  error <- if (grepl("1 \\| block\\)", formula)) "Error(block/whole)" else "Error(block:whole)"
  fixed <- sub(" \\+ \\(.*", "", formula)
  s <- summary(suppressWarnings(aov(as.formula(paste(fixed, "+", error)), d)))
  rows <- do.call(rbind, lapply(s, function(x) x[[1]]))
  i <- match(terms, trimws(sub("^.*\\.", "", rownames(rows))))
  rows[["F value"]][i]
}
one <- function(name, formula, d, balanced) {
  m <- suppressMessages(lmer(as.formula(formula), d, control = lmerControl(optimizer = "bobyqa", optCtrl = list(rhoend = 1e-12, maxfun = 1e5))))
  a <- anova(m, ddf = "Kenward-Roger", type = 3)
  list(name = name, formula = formula, data = as.list(lapply(d, function(x) if (is.factor(x)) as.character(x) else x)),
    theta = unname(getME(m, "theta")), terms = rownames(a), F = a[["F value"]], df1 = a$NumDF, df2 = a$DenDF, p = a[["Pr(>F)"]],
    exact = if (balanced && all(getME(m, "theta") > 1e-3)) strata(formula, d, rownames(a)))
}
both <- "y ~ whole * sub + (1 | block) + (1 | block:whole)"
designs <- list(
  list("2 blocks x 2 whole x 2", both, c(2, 2, 2), integer()),
  list("2 blocks x 3 whole x 3", both, c(2, 3, 3), integer()),
  list("3 blocks x 2 whole x 4", both, c(3, 2, 4), integer()),
  list("2 blocks x 4 whole x 2", both, c(2, 4, 2), integer()),
  list("3 blocks x 3 whole x 2", both, c(3, 3, 2), integer()),
  list("4 blocks x 2 whole x 3", both, c(4, 2, 3), integer()),
  list("5 blocks x 2 whole x 2", both, c(5, 2, 2), integer()),
  list("2 blocks x 3 whole x 3, a plot lost", both, c(2, 3, 3), 5L),
  list("3 blocks x 3 whole x 3, plots lost", both, c(3, 3, 3), c(2L, 14L)),
  list("3 blocks x 2 whole x 4, a plot lost", both, c(3, 2, 4), 7L),
  list("3 blocks x 3 whole x 2, additive", "y ~ whole + sub + (1 | block:whole)", c(3, 3, 2), integer()),
  list("2 blocks x 3 whole x 2, whole plots alone", "y ~ whole + (1 | block:whole)", c(2, 3, 2), integer()),
  list("2 blocks x 3 whole x 2, whole plots alone, a plot lost", "y ~ whole + (1 | block:whole)", c(2, 3, 2), 4L),
  list("3 blocks x 2 whole x 2, whole plots alone, a plot lost", "y ~ whole * sub + (1 | block:whole)", c(3, 2, 2), 1L))
out <- lapply(designs, function(x) { s <- x[[3]]; one(x[[1]], x[[2]], split_plot(s[1], s[2], s[3], x[[4]]), length(x[[4]]) == 0) })
write_json(out, "tests/inference/tables/small_designs.json", digits = 12, auto_unbox = FALSE, null = "null", na = "null")
