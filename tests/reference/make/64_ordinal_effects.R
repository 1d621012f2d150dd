# Ordered categories with scale effects, nominal effects and structured thresholds, and all links: clm and clmm of r-cran-ordinal
# (2022.11-16), emmeans 1.8.4-1, nominal_test() and scale_test(), for three data sets, one of them with missing values, weights and
# offsets. Run from the repository's root: Rscript tests/reference/make/64_ordinal_effects.R
# Writes tests/inference/tables/ordinal_effects.json.
suppressMessages({library(ordinal); library(emmeans); library(jsonlite)})

num <- function(x) unname(as.numeric(x))
frame <- function(d) lapply(d, function(x) if (is.factor(x)) as.character(x) else x)
levels_of <- function(d) Filter(Negate(is.null), lapply(d, levels))
control <- clm.control(gradTol = 1e-10, maxIter = 200)
# clmm's default stops 1e-4 of log-likelihood early, and a smaller gradTol spoils its differenced Hessian: estimates of one fit,
# standard errors of the other
mixed_control <- clmm.control(gradTol = 1e-7, innerCtrl = "noWarn")

means <- function(m, specs, mode) {
  e <- summary(emmeans(m, specs, mode = mode))
  value <- intersect(c("prob", "cumprob", "exc.prob", "mean.class", "emmean", "response"), names(e))[1]
  list(specs = paste(deparse(specs), collapse = ""), mode = mode, rows = frame(e[sapply(e, is.factor)]), estimate = num(e[[value]]), se = num(e$SE))
}

data(wine); data(soup)
wine <- wine[, c("rating", "temp", "contact", "judge", "bottle")]
soup <- soup[, c("SURENESS", "PROD", "AGEGROUP", "RESP")]
set.seed(17)
n <- 400
f <- factor(sample(c("a", "b", "c"), n, TRUE))
made <- data.frame(x = round(rnorm(n), 3), z = round(rnorm(n), 3), f = f, o = round(runif(n, -0.5, 0.5), 3), s = round(runif(n, -0.3, 0.3), 3),
  w = sample(1:3, n, TRUE))
latent <- 0.9 * made$x + made$o + exp(0.3 * made$z + made$s) * rlogis(n)
cut_at <- function(k) c(-1.6, -0.2, 1.1)[k] + c(a = 0, b = c(0.6, 0, -0.5)[k], c = -0.2)[as.character(f)]
made$y <- 2L * (1L + (latent > cut_at(1)) + (latent > cut_at(2)) + (latent > cut_at(3)))
made$x[c(3, 40, 77)] <- NA; made$z[c(5, 90)] <- NA; made$f[200] <- NA
made$category <- factor(made$y)

# clm 2022.11-16 takes 1e5 for the infinite ends of the outer categories, where a Cauchy distribution function is 3e-6 from 1 (its
# log-likelihood of the wine is 3e-4 off): the likelihood from clm's matrices with infinite ends, optimum and Hessian by optim()
exact_cauchit <- function(out, arguments, data) {
  e <- eval(as.call(c(list(clm), arguments, list(doFit = FALSE))))
  p <- ncol(e$B1)
  e$o1[e$o1 > 9e4] <- Inf; e$o2[e$o2 < -9e4] <- -Inf
  nll <- function(par) {
    sigma <- if (e$k > 0) exp(drop(e$S %*% par[p + seq_len(e$k)])) else 1
    -sum(e$wts * log(pcauchy((drop(e$B1 %*% par[1:p]) + e$o1) / sigma) - pcauchy((drop(e$B2 %*% par[1:p]) + e$o2) / sigma)))
  }
  o <- optim(out$estimate, nll, method = "BFGS", control = list(reltol = 1e-15, maxit = 1000))
  o <- optim(o$par, nll, method = "BFGS", control = list(reltol = 1e-15, maxit = 1000, ndeps = rep(1e-5, length(o$par))))
  H <- optimHess(o$par, nll, control = list(ndeps = rep(1e-4, length(o$par))))
  out$logLik <- -o$value; out$estimate <- o$par; out$se <- sqrt(diag(solve(H)))
  out
}

cases <- list()
add <- function(id, data, formula, link = "logit", scale = NULL, nominal = NULL, thresholds = "flexible", weights = NULL, newdata = NULL, emm = list(),
                nAGQ = NULL, theirs = link) {
  mixed <- grepl("|", formula, fixed = TRUE)
  own <- as.formula(sub("^y ~", "category ~", formula))
  arguments <- list(own, data = as.name("data"), link = theirs, threshold = thresholds)
  if (!is.null(scale)) arguments$scale <- as.formula(scale)
  if (!is.null(nominal)) arguments$nominal <- as.formula(nominal)
  if (!is.null(weights)) arguments$weights <- as.name(weights)
  if (!is.null(nAGQ)) arguments$nAGQ <- nAGQ
  fit <- function(control) eval(as.call(c(list(if (mixed) clmm else clm), arguments, list(control = control, Hess = if (mixed) TRUE)[c("control", if (mixed) "Hess")])))
  m <- fit(if (mixed) mixed_control else control)
  rough <- if (mixed) fit(clmm.control()) else m
  se <- num(coef(summary(rough))[, "Std. Error"])
  alpha <- if (mixed) m$alpha else m$alpha
  component <- c(rep("threshold", length(alpha)), rep("cond", length(m$beta)), rep("disp", length(m$zeta)))
  out <- list(id = id, formula = formula, link = link, thresholds = thresholds,
    options = list(dispersion = scale, nominal = nominal, weights = weights, quadrature = nAGQ), data = frame(data[setdiff(names(data), "category")]),
    levels = levels_of(data[setdiff(names(data), "category")]), logLik = num(logLik(m)),
    component = component, names = sub(".(Intercept)", "", c(names(alpha), names(m$beta), names(m$zeta)), fixed = TRUE),
    estimate = num(c(alpha, m$beta, m$zeta)), se = se)
  out$options <- Filter(Negate(is.null), out$options)
  if (link == "cauchit" && !mixed) return(cases[[length(cases) + 1]] <<- exact_cauchit(out, arguments, data))
  if (mixed) {
    out$sd <- unlist(lapply(VarCorr(m), function(v) num(attr(v, "stddev"))))
    names(out$sd) <- NULL
  }
  if (!is.null(newdata)) {
    p <- predict(m, newdata = newdata, type = "prob", se.fit = TRUE, interval = TRUE)
    out$newdata <- frame(newdata)
    out$probability <- num(t(p$fit)); out$probability_se <- num(t(p$se.fit))
    out$lower <- num(t(p$lwr)); out$upper <- num(t(p$upr))
  }
  out$emmeans <- lapply(emm, function(e) means(m, e[[1]], e[[2]]))
  cases[[length(cases) + 1]] <<- out
}

new_wine <- expand.grid(temp = levels(wine$temp), contact = levels(wine$contact))
new_made <- data.frame(x = c(-1, 0.5), z = c(0.4, -1.2), f = factor(c("a", "c"), levels = levels(f)), o = c(0.1, -0.2), s = c(0, 0.2))
by_row <- list(list(~cut | temp + contact, "linear.predictor"), list(~cut | temp, "cum.prob"), list(~cut | contact, "exc.prob"), list(~rating | temp, "prob"),
  list(~temp + contact, "mean.class"))
links <- c("logit", "probit", "cloglog", "loglog", "cauchit")
# scale effects
for (link in links) add(paste0("scale_wine_", link), wine, "rating ~ temp", link, scale = "~ contact", newdata = new_wine, emm = c(by_row, list(list(~contact, "scale"))))
add("scale_soup", soup, "SURENESS ~ PROD", "probit", scale = "~ PROD + AGEGROUP")
add("scale_made", made, "y ~ x + f + offset(o)", scale = "~ z + offset(s)", weights = "w", newdata = new_made)
# nominal effects
for (link in links) add(paste0("nominal_wine_", link), wine, "rating ~ temp", link, nominal = "~ contact", newdata = new_wine, emm = c(by_row, list(list(~temp, "latent"))))
add("nominal_soup", soup, "SURENESS ~ AGEGROUP", nominal = "~ PROD")
add("nominal_made", made, "y ~ x + offset(o)", nominal = "~ f", weights = "w", newdata = new_made[c("x", "f", "o")])
add("nominal_number", made, "y ~ f + offset(o)", nominal = "~ x", weights = "w", newdata = new_made[c("x", "f", "o")])
add("nominal_and_scale_made", made, "y ~ x + offset(o)", nominal = "~ f", scale = "~ z + offset(s)", weights = "w", newdata = new_made)
# structured thresholds: an even and odd numbers of them
for (thresholds in c("symmetric", "equidistant")) {
  for (link in links) add(paste0(thresholds, "_wine_", link), wine, "rating ~ temp + contact", link, thresholds = thresholds, newdata = new_wine,
    emm = c(by_row, list(list(~temp, "latent"))))
  add(paste0(thresholds, "_soup"), soup, "SURENESS ~ PROD", thresholds = thresholds)
  add(paste0(thresholds, "_made"), made, "y ~ x + f + offset(o)", thresholds = thresholds, weights = "w", newdata = new_made[c("x", "f", "o")])
  add(paste0(thresholds, "_scale_made"), made, "y ~ x + f + offset(o)", thresholds = thresholds, scale = "~ z + offset(s)", weights = "w")
  add(paste0(thresholds, "_mixed_wine"), wine, "rating ~ temp + contact + (1 | judge)", thresholds = thresholds)
}
add("equidistant_nominal_wine", wine, "rating ~ temp", thresholds = "equidistant", nominal = "~ contact", newdata = new_wine)
# random effects: quadrature with every link (clmm 2022.11-16 exchanges cloglog and loglog), crossed factors, a slope
for (link in links) {
  theirs <- c(cloglog = "loglog", loglog = "cloglog")[link]
  add(paste0("quadrature_", link), wine, "rating ~ temp + contact + (1 | judge)", link, nAGQ = 11, theirs = if (is.na(theirs)) link else unname(theirs))
}
add("crossed", wine, "rating ~ temp + contact + (1 | judge) + (1 | bottle)")
add("slope_soup", soup, "SURENESS ~ PROD + (1 + PROD | RESP)", "probit")

# tests of every term made nominal or of the scale
tests <- function(m, which) {
  t <- (if (which == "nominal") nominal_test else scale_test)(m)
  rows <- rownames(t) != "<none>" & !is.na(t$LRT)
  list(test = which, term = rownames(t)[rows], df = num(t$Df[rows]), logLik = num(t$logLik[rows]), statistic = num(t$LRT[rows]), p = num(t[["Pr(>Chi)"]][rows]))
}
proportional <- list(
  list(case = "wine", formula = "rating ~ temp + contact", m = clm(rating ~ temp + contact, data = wine, control = control)),
  list(case = "soup", formula = "SURENESS ~ PROD", m = clm(SURENESS ~ PROD, data = soup, link = "probit", control = control)),
  list(case = "made", formula = "y ~ x + f + offset(o)", m = clm(category ~ x + f + offset(o), data = made, weights = w, control = control)))
assumptions <- lapply(proportional, function(p) list(case = p$case, formula = p$formula, link = p$m$link, nominal = tests(p$m, "nominal"), scale = tests(p$m, "scale")))

# every data set once
sets <- list(wine = wine, soup = soup, made = made[setdiff(names(made), "category")])
name_of <- function(d) names(sets)[sapply(sets, function(s) nrow(s) == length(d[[1]]))]
cases <- lapply(cases, function(c) { c$set <- name_of(c$data); c$data <- NULL; c$levels <- NULL; c })
write_json(list(sets = lapply(sets, function(s) list(data = frame(s), levels = levels_of(s))), cases = cases, assumptions = assumptions),
  "tests/inference/tables/ordinal_effects.json", digits = 12, auto_unbox = TRUE, na = "null")
