# Random models on random data, fitted by glmmTMB. Usage: Rscript random_models.R SEED N FILE.json
# Writes, per model: formula parts, family, data by column, and glmmTMB's answer (log-likelihood, coefficients of every part,
# covariances of the random effects, standard errors, convergence code, whether its Hessian is positive definite).
# Needs r-cran-glmmtmb and r-cran-jsonlite.
suppressMessages({ library(glmmTMB); library(jsonlite) })
args <- commandArgs(TRUE); set.seed(as.integer(args[1])); count <- as.integer(args[2])
one_of <- function(...) sample(c(...), 1)
counts <- c("poisson", "nbinom2", "nbinom1")

responses <- list(
  poisson = function(eta, n) rpois(n, exp(pmin(eta, 5))),
  nbinom2 = function(eta, n) rnbinom(n, mu = exp(pmin(eta, 5)), size = one_of(.4, 1.5, 8)),
  nbinom1 = function(eta, n) { mu <- exp(pmin(eta, 5)); rnbinom(n, mu = mu, size = mu / one_of(.5, 2) + 1e-8) },
  binomial = function(eta, n) rbinom(n, 1, plogis(eta)),
  beta = function(eta, n) pmin(pmax(rbeta(n, plogis(eta) * 5, plogis(-eta) * 5), 1e-4), 1 - 1e-4),
  gamma = function(eta, n) rgamma(n, 2, 2 / exp(pmin(eta, 5))) + 1e-6,
  gaussian = function(eta, n) rnorm(n, eta),
  studentT = function(eta, n) eta + rt(n, 4)
)
families <- list(poisson = poisson(), nbinom2 = nbinom2(), nbinom1 = nbinom1(), binomial = binomial(),
  beta = beta_family(), gamma = Gamma("log"), gaussian = gaussian(), studentT = t_family())

random_model <- function(k) {
  family <- sample(names(responses), 1); n <- one_of(30, 50, 100, 250); levels <- one_of(4, 7, 15, 25)
  g <- paste0("g", sample(levels, n, TRUE)); h <- paste0("h", sample(one_of(3, 5, 9), n, TRUE))
  x <- rnorm(n, one_of(0, 30, 500), one_of(.1, 1, 20)); z <- as.numeric(scale(x))
  f <- sample(c("a", "b", "c"), n, TRUE, prob = c(.5, .35, .15)); id <- as.integer(factor(g))
  eta <- .4 + .5 * z + c(a = 0, b = .5, c = -.6)[f] + rnorm(max(id), 0, one_of(0, .4, 1.2))[id] +
    rnorm(max(id), 0, one_of(0, .5))[id] * z
  y <- responses[[family]](unname(eta), n)
  inflated <- family %in% counts && runif(1) < .5
  if (inflated) y[rbinom(n, 1, .3) == 1] <- 0
  dispersed <- family %in% c("nbinom2", "nbinom1", "beta", "gamma", "gaussian") && runif(1) < .3
  formula <- paste("y ~", one_of("x", "z + f", "z * f", "x + I(x^2)", "f"), "+",
    one_of("(1 | g)", "(z | g)", "(x | g)", "(1 | g) + (1 | h)", "(f | g)", "(z || g)"))
  zi <- if (inflated) one_of("~ 1", "~ z", "~ f", "~ 1 + (1 | g)") else NULL
  disp <- if (dispersed) one_of("~ z", "~ f") else NULL
  data <- data.frame(y, x, z, f = factor(f), g = factor(g), h = factor(h))
  fit <- tryCatch(suppressWarnings(suppressMessages(glmmTMB(as.formula(formula), data, family = families[[family]],
    ziformula = if (is.null(zi)) ~0 else as.formula(zi), dispformula = if (is.null(disp)) ~1 else as.formula(disp)))),
    error = function(e) NULL)
  list(id = k, family = family, formula = formula, zeroInflation = zi, dispersion = disp,
    data = list(y = y, x = x, z = z, f = f, g = g, h = h), peer = if (!is.null(fit)) answer(fit, family))
}

# Coefficients in the order of the parts (mean, dispersion, shape, zero inflation) and Σ of every random term.
answer <- function(fit, family) {
  coefficients <- fixef(fit); beta <- list(unname(coefficients$cond))
  if (!family %in% c("poisson", "binomial")) beta <- c(beta, list(unname(coefficients$disp)))
  if (family == "studentT") beta <- c(beta, list(unname(fit$fit$par[names(fit$fit$par) %in% c("thetaf", "psi")])))
  if (length(coefficients$zi) > 0) beta <- c(beta, list(unname(coefficients$zi)))
  sigma <- lapply(c(VarCorr(fit)$cond, VarCorr(fit)$zi), function(s) { s <- unclass(s); lapply(seq_len(nrow(s)), function(i) as.list(unname(s[i, ]))) })
  se <- tryCatch(suppressWarnings(sqrt(diag(vcov(fit)$cond))), error = function(e) NULL)
  list(logLik = -fit$fit$objective, code = fit$fit$convergence, positive = isTRUE(fit$sdr$pdHess),
    names = as.list(names(coefficients$cond)), beta = lapply(beta, as.list), se = as.list(unname(se)), sigma = unname(sigma))
}

write(toJSON(lapply(seq_len(count), random_model), auto_unbox = TRUE, digits = I(11), na = "null", null = "null"), args[3])
