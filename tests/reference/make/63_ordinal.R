# Ordered categories: clm and clmm of r-cran-ordinal (2022.11-16), emmeans 1.8.4-1, for three data sets, one of them with missing
# values, weights and an offset. Run from the repository's root: Rscript tests/reference/make/63_ordinal.R
# Writes tests/inference/tables/ordinal.json.
suppressMessages({library(ordinal); library(emmeans); library(jsonlite)})

num <- function(x) unname(as.numeric(x))
frame <- function(d) lapply(d, function(x) if (is.factor(x)) as.character(x) else x)
levels_of <- function(d) Filter(Negate(is.null), lapply(d, levels))

# newer digits than the default stopping rule leaves
control <- clm.control(gradTol = 1e-10, maxIter = 200)
# clmm's default stops 1e-4 of log-likelihood early, and a smaller gradTol spoils its differenced Hessian by some per cent:
# estimates of one fit, standard errors of the other
mixed_control <- clmm.control(gradTol = 1e-7, innerCtrl = "noWarn")

means <- function(m, specs, mode, rough = m) {
  e <- summary(emmeans(m, specs, mode = mode))
  se <- summary(emmeans(rough, specs, mode = mode))$SE
  value <- if ("prob" %in% names(e)) e$prob else if ("mean.class" %in% names(e)) e$mean.class else e$emmean
  list(specs = deparse(specs), mode = mode, rows = frame(e[setdiff(names(e)[sapply(e, is.factor)], "")]),
       estimate = num(value), se = num(se))
}

case <- function(id, m, data, formula, link, ..., newdata = NULL, emm = list(), options = list()) {
  mixed <- inherits(m, "clmm")
  rough <- if (mixed) update(m, control = clmm.control()) else m
  s <- coef(summary(rough))
  out <- list(id = id, formula = formula, link = link, options = options, data = frame(data), levels = levels_of(data),
              logLik = num(logLik(m)), npar = length(coef(m)) + (if (mixed) length(m$ST) else 0), nobs = m$dims$nobs %||% m$nobs,
              names = names(coef(m)), estimate = num(coef(m)), se = num(s[, "Std. Error"]))
  if (mixed) {
    out$sd <- lapply(VarCorr(m), function(v) num(attr(v, "stddev")))
    out$modes <- num(ranef(m)[[1]][, 1])
  } else {
    out$aic <- num(AIC(m))
    ci <- confint(m, type = "profile")
    out$profile <- list(names = rownames(ci), low = num(ci[, 1]), high = num(ci[, 2]))
    if (!is.null(newdata)) {
      p <- predict(m, newdata = newdata, type = "prob", se.fit = TRUE, interval = TRUE)
      out$newdata <- frame(newdata)
      out$probability <- num(t(p$fit)); out$probability_se <- num(t(p$se.fit))
      out$lower <- num(t(p$lwr)); out$upper <- num(t(p$upr))
    }
  }
  out$emmeans <- lapply(emm, function(e) means(m, e[[1]], e[[2]], rough))
  out
}
`%||%` <- function(a, b) if (is.null(a)) b else a

data(wine); data(soup)
wine <- wine[, c("rating", "temp", "contact", "judge")]
new <- expand.grid(temp = levels(wine$temp), contact = levels(wine$contact))
wanted <- list(list(~temp, "latent"), list(~contact, "mean.class"), list(~rating | temp, "prob"))
cases <- list()
for (link in c("logit", "probit", "cloglog")) {
  cases[[length(cases) + 1]] <- case(paste0("wine_", link), clm(rating ~ temp * contact, data = wine, link = link, control = control),
    wine, "rating ~ temp * contact", link, newdata = new, emm = wanted)
  # clmm 2022.11-16 exchanges cloglog and loglog: integrate() over the judges' effects gives -81.52341 with F(x) = 1 - exp(-exp(x)),
  # which is clmm's "loglog" with nAGQ = 10
  own <- if (link == "cloglog") "loglog" else link
  cases[[length(cases) + 1]] <- case(paste0("wine_mixed_", link),
    clmm(rating ~ temp + contact + (1 | judge), data = wine, link = own, Hess = TRUE, control = mixed_control), wine,
    "rating ~ temp + contact + (1 | judge)", link, emm = list(list(~temp, "latent")))
}
# whole numbers, a covariate with missing values, an offset and frequencies
set.seed(7)
n <- 160
x <- round(rnorm(n), 3); o <- round(runif(n, -0.5, 0.5), 3); f <- factor(sample(c("a", "b", "c"), n, TRUE)); w <- sample(1:3, n, TRUE)
z <- 0.9 * x + c(a = 0, b = 0.7, c = -0.4)[as.character(f)] + o + rlogis(n)
y <- as.integer(cut(z, c(-Inf, -1.2, 0.1, 1.4, Inf))) * 2L
x[c(3, 40, 77)] <- NA
made <- data.frame(y = y, x = x, f = f, o = o, w = w)
made$category <- factor(y)
fit <- clm(category ~ x + f + offset(o), weights = w, data = made, control = control)
cases[[length(cases) + 1]] <- case("made", fit, made[c("y", "x", "f", "o", "w")], "y ~ x + f + offset(o)", "logit", options = list(weights = "w"),
  newdata = data.frame(x = c(-1, 0.5), f = factor(c("a", "c"), levels = levels(f)), o = c(0.1, -0.2)))
# two crossed factors of 1,847 rows
soup <- soup[, c("SURENESS", "PROD", "RESP")]
cases[[length(cases) + 1]] <- case("soup", clmm(SURENESS ~ PROD + (1 | RESP), data = soup, Hess = TRUE, control = mixed_control),
  soup, "SURENESS ~ PROD + (1 | RESP)", "logit")
write_json(cases, "tests/inference/tables/ordinal.json", digits = 12, auto_unbox = TRUE, na = "null")
