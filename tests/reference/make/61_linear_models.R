# R's lm: everything that a linear model without random effects has to agree with, written with the data to
# tests/inference/tables/linear_models.json. Rscript tests/reference/make/61_linear_models.R
suppressMessages({ library(jsonlite); library(emmeans); library(car) })
set.seed(31)
n <- 40
d <- data.frame(g = sample(c("a", "b", "c"), n, TRUE), h = sample(c("u", "v"), n, TRUE), x = round(runif(n, 1, 9), 2),
  w = round(runif(n, 0.3, 4), 2), k = sample(1:4, n, TRUE), off = round(rnorm(n), 2), stringsAsFactors = TRUE)
d$y <- round(exp(1 + 0.1 * d$x + 0.3 * (d$g == "b") + rnorm(n, 0, 0.3)), 3)
numbers <- function(x) as.numeric(x)
one <- function(name, formula, weights = NULL, frequency = FALSE, means = "g") {
  data <- if (frequency) d[rep(seq_len(n), d$k), ] else d
  wt_ <- if (is.null(weights) || frequency) rep(1, nrow(data)) else data[[weights]]
  f <- as.formula(formula); environment(f) <- environment()
  m <- lm(f, data, weights = wt_)
  s <- coef(summary(m)); ci <- confint(m); new <- d[1:5, ]
  pc <- predict(m, new, interval = "confidence", se.fit = TRUE)
  pp <- suppressWarnings(predict(m, new, interval = "prediction", weights = if (is.null(weights) || frequency) rep(1, 5) else new[[weights]]))
  a2 <- Anova(m, type = 2); a2 <- a2[rownames(a2) != "Residuals", ]
  old <- options(contrasts = c("contr.sum", "contr.poly"))
  a3 <- Anova(lm(f, data, weights = wt_), type = 3); a3 <- a3[rownames(a3) != "Residuals", ]
  options(old)
  e <- suppressMessages(emmeans(m, as.formula(paste("~", means)), data = data)); p <- summary(pairs(e), infer = TRUE); e <- summary(e)
  list(name = name, formula = formula, weights = weights, frequency = frequency, means = means,
    terms = rownames(s), estimate = numbers(s[, 1]), se = numbers(s[, 2]), t = numbers(s[, 3]), p = numbers(s[, 4]),
    low = numbers(ci[, 1]), high = numbers(ci[, 2]), sigma = sigma(m), df = m$df.residual, logLik = as.numeric(logLik(m)),
    aic = AIC(m), bic = BIC(m), deviance = -2 * as.numeric(logLik(m)),
    type2 = list(term = rownames(a2), F = a2[["F value"]], df = a2$Df, p = a2[["Pr(>F)"]]),
    type3 = list(term = rownames(a3), F = a3[["F value"]], df = a3$Df, p = a3[["Pr(>F)"]]),
    predict = list(fit = numbers(pc$fit[, 1]), se = numbers(pc$se.fit), low = numbers(pc$fit[, 2]), high = numbers(pc$fit[, 3]),
      plow = numbers(pp[, 2]), phigh = numbers(pp[, 3])),
    means_table = list(estimate = e$emmean, se = e$SE, df = e$df, low = e$lower.CL, high = e$upper.CL),
    pairs = list(estimate = p$estimate, se = p$SE, df = p$df, t = p$t.ratio, p = p$p.value, low = p$lower.CL, high = p$upper.CL))
}
out <- list(data = lapply(d, function(x) if (is.factor(x)) as.character(x) else x), cases = list(
  one("two factors and a covariate", "y ~ g * h + x"),
  one("a transformed response", "log(y) ~ g + poly(x, 2)"),
  one("an offset", "y ~ g + x + offset(off)"),
  one("without an intercept", "y ~ 0 + g + x"),
  one("precision weights", "y ~ g * h + x", "w"),
  one("frequency weights", "y ~ g * h + x", "k", TRUE),
  one("one mean each", "y ~ g", means = "g")))
write_json(out, "tests/inference/tables/linear_models.json", digits = 12, auto_unbox = TRUE, null = "null")
