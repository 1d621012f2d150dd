# Counts: glmmTMB (1.1.5) for Poisson, both negative binomials, generalized Poisson and Conway-Maxwell-Poisson, as they are, zero-truncated,
# zero-inflated and as hurdles, for three data sets: one with random effects, one with missing values, weights and offsets in two parts,
# one with a dispersion formula. Run from the repository's root: Rscript tests/reference/make/65_counts.R
# Writes tests/inference/tables/counts.json.
suppressMessages({library(glmmTMB); library(jsonlite)})

num <- function(x) unname(as.numeric(x))
frame <- function(d) lapply(d, function(x) if (is.factor(x)) as.character(x) else x)
levels_of <- function(d) Filter(Negate(is.null), lapply(d, levels))
# newer digits than the default stopping rule leaves
control <- function(tolerance) glmmTMBControl(optCtrl = list(iter.max = 2000, eval.max = 2000, rel.tol = tolerance, x.tol = 1e-12))

part <- function(m, component) {
  estimate <- fixef(m)[[component]]
  if (length(estimate) == 0) return(NULL)
  V <- vcov(m)[[component]]
  list(names = names(estimate), estimate = num(estimate), se = if (is.null(V)) NULL else num(sqrt(diag(V))))
}


SHOWN <- 8
case <- function(id, data, name, family, formula, zi = "~0", disp = "~1", weights = NULL) {
  data <- droplevels(data)
  call <- list(as.formula(formula), data = data, family = family, ziformula = as.formula(zi), dispformula = as.formula(disp), control = control(if (grepl("compois", family)) 1e-12 else 1e-14))
  if (!is.null(weights)) call$weights <- data[[weights]]
  m <- suppressWarnings(do.call(glmmTMB, call))
  vc <- VarCorr(m)$cond
  parts <- list(cond = part(m, "cond"), zi = part(m, "zi"))
  if (!grepl("poisson", family) || family == "compois") {
    parts$disp <- if (disp == "~1") list(names = "(Intercept)", estimate = num(m$fit$par[names(m$fit$par) == "betad"]), se = NULL) else part(m, "disp")
  }
  rows <- seq_len(SHOWN)
  link <- suppressWarnings(predict(m, type = "link", se.fit = TRUE)); response <- suppressWarnings(predict(m, type = "response", se.fit = TRUE))
  cat(id, logLik(m), m$fit$convergence, "\n")
  list(id = id, data = name, family = family, formula = formula, zi = zi, disp = disp, weights = weights, call = deparse(m$call$formula),
       logLik = num(logLik(m)), npar = attr(logLik(m), "df"), nobs = nobs(m), sigma = num(sigma(m)), parts = Filter(Negate(is.null), parts),
       sd = if (length(vc)) num(attr(vc[[1]], "stddev")) else NULL,
       link = num(link$fit[rows]), link_se = num(link$se.fit[rows]), response = num(response$fit[rows]), response_se = num(response$se.fit[rows]))
}

data(Salamanders)
sites <- Salamanders[, c("count", "mined", "cover", "site")]
sites$site <- factor(as.character(sites$site))
set.seed(65)
n <- 200
made <- data.frame(x = round(rnorm(n), 3), f = factor(rep(c("a", "b", "c"), length.out = n)), g = factor(rep(sprintf("g%02d", 1:20), each = 10)),
                   o = round(runif(n, -0.4, 0.4), 3), v = round(runif(n, -0.5, 0.5), 3), w = sample(1:3, n, TRUE))
mu <- exp(0.9 + 0.4 * made$x + c(a = 0, b = 0.3, c = -0.2)[as.character(made$f)] + made$o + rep(rnorm(20, 0, 0.4), each = 10))
made$y <- rnbinom(n, mu = mu, size = 3)
made$holes <- ifelse(runif(n) < plogis(-1 + made$v), 0L, made$y)
made$x[c(3, 40, 77)] <- NA; made$w[120] <- NA; made$o[150] <- NA
n <- 160
even <- data.frame(x = round(rnorm(n), 3), z = rep(c("low", "high"), length.out = n))
even$z <- factor(even$z, levels = c("low", "high"))
m <- exp(1.2 + 0.3 * even$x)
even$over <- rnbinom(n, mu = m, size = ifelse(even$z == "low", 4, 1.5))
even$under <- rbinom(n, size = ifelse(even$z == "low", 12, 7), prob = pmin(0.95, m / ifelse(even$z == "low", 12, 7)))
even$over_holes <- ifelse(runif(n) < 0.25, 0L, even$over); even$under_holes <- ifelse(runif(n) < 0.25, 0L, even$under)
# glmmTMB needs many minutes for compois where φ is large and means are small, as in the salamanders
n <- 96
calm <- data.frame(x = round(rnorm(n), 3), g = factor(rep(sprintf("g%02d", 1:12), each = 8)))
calm$y <- rbinom(n, 14, pmin(0.9, exp(1 + 0.3 * calm$x + rep(rnorm(12, 0, 0.3), each = 8)) / 14))
data_sets <- list(sites = sites, calm = calm, made = made, even = even)

cases <- list()
add <- function(...) cases[[length(cases) + 1]] <<- case(...)
positive <- function(d, y) d[!is.na(d[[y]]) & d[[y]] > 0, ]
for (base in c("poisson", "nbinom1", "nbinom2", "genpois", "compois")) {
  cut <- paste0("truncated_", base)
  y <- if (base == "compois" || base == "genpois") "under" else "over"
  disp <- if (base == "poisson") "~1" else "~z"
  if (base == "compois") {
    add("calm_compois", calm, "calm", base, "y ~ x + (1 | g)")
    add("calm_truncated_compois", positive(calm, "y"), "calm", cut, "y ~ x + (1 | g)")
  } else {
    add(paste0("sites_", base), sites, "sites", base, "count ~ mined + cover + (1 | site)")
    add(paste0("sites_", cut), positive(sites, "count"), "sites", cut, "count ~ cover + (1 | site)")
  }
  add(paste0("made_", base), made, "made", base, "y ~ x + f + offset(o) + (1 | g)", weights = "w")
  add(paste0("made_", cut), positive(made, "y"), "made", cut, "y ~ x + f + offset(o) + (1 | g)", weights = "w")
  add(paste0("made_zi_", base), made, "made", base, "holes ~ x + f + offset(o) + (1 | g)", zi = "~ 1 + offset(v)", weights = "w")
  add(paste0("made_hurdle_", base), made, "made", cut, "holes ~ x + f + offset(o) + (1 | g)", zi = "~ x + offset(v)", weights = "w")
  add(paste0("even_", base), even, "even", base, paste(y, "~ x + z"), disp = disp)
  add(paste0("even_", cut), positive(even, y), "even", cut, paste(y, "~ x + z"), disp = disp)
  add(paste0("even_zi_", base), even, "even", base, paste0(y, "_holes ~ x + z"), zi = "~ z", disp = disp)
  add(paste0("even_hurdle_", base), even, "even", cut, paste0(y, "_holes ~ x + z"), zi = "~ z", disp = disp)
}
out <- list(data = lapply(data_sets, frame), levels = lapply(data_sets, levels_of), cases = cases)
write_json(out, "tests/inference/tables/counts.json", digits = 12, auto_unbox = TRUE, na = "null", null = "null")
