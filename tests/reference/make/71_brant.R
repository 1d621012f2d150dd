# Brant's test (1990, Biometrics 46:1171) by base R's glm: binary models of Y <= k at every cut, their joint covariance from the estimating
# functions, Wald tests that all coefficients of a term (and all of them) are the same at every cut. Frequency weights by repeated rows.
# Run from the repository's root: Rscript tests/reference/make/71_brant.R
# Writes tests/inference/tables/brant.json; the data are those of tests/inference/tables/ordinal_effects.json (64_ordinal_effects.R).
suppressMessages(library(jsonlite))
sets <- fromJSON("tests/inference/tables/ordinal_effects.json")$sets
num <- function(x) unname(as.numeric(x))

brant <- function(id, set, response, formula, link, weights = NULL) {
  d <- as.data.frame(sets[[set]]$data)
  for (v in names(sets[[set]]$levels)) d[[v]] <- factor(d[[v]], levels = sets[[set]]$levels[[v]])
  own <- as.formula(formula)
  d <- d[complete.cases(d[all.vars(own)]), ]
  if (!is.null(weights)) d <- d[rep(seq_len(nrow(d)), d[[weights]]), ]
  y <- d[[response]]; if (!is.factor(y)) y <- factor(y)
  code <- as.integer(y); K <- max(code) - 1
  fits <- lapply(seq_len(K), function(k) glm(update(own, below ~ .), family = binomial(link), data = transform(d, below = as.numeric(code <= k)),
    control = glm.control(epsilon = 1e-14, maxit = 100)))
  X <- model.matrix(fits[[1]]); n <- nrow(X); p <- ncol(X)
  P <- sapply(fits, fitted)
  # psi_ik = x_i h'(eta) (z - P) / (P (1 - P)); A = blocks of -E psi', B = sum over rows of E psi psi'
  slope <- sapply(fits, function(f) f$family$mu.eta(f$linear.predictors))
  A <- matrix(0, K * p, K * p); B <- A
  for (k in 1:K) {
    at <- (k - 1) * p + 1:p
    A[at, at] <- t(X) %*% (X * slope[, k]^2 / (P[, k] * (1 - P[, k])))
    for (l in 1:K) {
      too <- (l - 1) * p + 1:p
      cov_z <- P[, min(k, l)] - P[, k] * P[, l]
      B[at, too] <- t(X) %*% (X * slope[, k] * slope[, l] * cov_z / (P[, k] * (1 - P[, k]) * P[, l] * (1 - P[, l])))
    }
  }
  V <- solve(A) %*% B %*% t(solve(A))
  beta <- unlist(lapply(fits, coef))
  wald <- function(columns) {
    D <- NULL
    for (k in 2:K) for (j in columns) { r <- numeric(K * p); r[j] <- 1; r[(k - 1) * p + j] <- -1; D <- rbind(D, r) }
    x <- drop(t(D %*% beta) %*% solve(D %*% V %*% t(D)) %*% (D %*% beta))
    c(df = nrow(D), statistic = x, p = pchisq(x, nrow(D), lower.tail = FALSE))
  }
  assign <- attr(X, "assign"); terms <- attr(terms(fits[[1]]), "term.labels")
  rows <- rbind(wald(which(assign > 0)), t(sapply(seq_along(terms), function(t) wald(which(assign == t)))))
  slopes <- which(assign > 0)
  list(id = id, set = set, formula = formula, link = link, weights = weights, term = c("<all>", terms), df = num(rows[, "df"]),
    statistic = num(rows[, "statistic"]), p = num(rows[, "p"]), names = colnames(X)[slopes],
    estimate = num(-matrix(beta, p)[slopes, ]), se = num(matrix(sqrt(diag(V)), p)[slopes, ]))
}

out <- list(
  brant("soup_logit", "soup", "SURENESS", "SURENESS ~ PROD", "logit"),
  brant("soup_two_terms", "soup", "SURENESS", "SURENESS ~ PROD + AGEGROUP", "logit"),
  brant("made_interaction", "made", "y", "y ~ x * f", "logit"),
  brant("made_logit", "made", "y", "y ~ x + f + offset(-o)", "logit", "w"),
  brant("made_probit", "made", "y", "y ~ x + f + offset(-o)", "probit", "w"),
  brant("made_cloglog", "made", "y", "y ~ x + f + z", "cloglog"))
write_json(lapply(out, function(o) Filter(Negate(is.null), o)), "tests/inference/tables/brant.json", digits = 12, auto_unbox = TRUE)
