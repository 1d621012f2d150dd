# Residuals and fitted values of models whose residuals are correlated: nlme's gls and lme on the sleep study with rows missing and visits
# in another order. Run from the repository's root: Rscript tests/reference/make/73_gls_residuals.R
# Writes tests/inference/tables/gls_residuals.json.
suppressMessages({library(nlme); library(jsonlite)})
d <- read.csv("data/sleepstudy.csv")
d <- d[d$Days < 5, ]                                               # an unstructured matrix of fifteen numbers
d$Subject <- factor(d$Subject); d$Visit <- d$Days + 1L
d <- d[order(d$Subject, (d$Days * 3 + as.integer(d$Subject)) %% 5), ] # visits in no order; subjects in theirs: gls mixes the factors up elsewhere
d <- d[-c(3, 17, 18, 40, 41, 42, 77), ]                            # missing visits
d$Reaction[c(5, 60)] <- NA                                         # and missing responses
control <- glsControl(tolerance = 1e-13, msTol = 1e-15, msMaxIter = 1000, maxIter = 1000, returnObject = TRUE, opt = "optim", optimMethod = "BFGS", .relStep = 1e-7)
second <- glsControl(tolerance = 1e-13, msTol = 1e-15, msMaxIter = 1000, maxIter = 1000, returnObject = TRUE)
each <- varIdent(form = ~ 1 | Visit)
new <- data.frame(Days = c(0, 2.5, 7))

out <- list()
row <- function(id, residual, formula, m, level) list(
  id = id, residual = residual, formula = formula, reml = m$method == "REML", logLik = as.numeric(logLik(m)),
  response = as.numeric(residuals(m, type = "response")), pearson = as.numeric(residuals(m, type = "pearson")),
  normalized = as.numeric(residuals(m, type = "normalized")), fitted = as.numeric(fitted(m)), predicted = if (level == 0) as.numeric(predict(m, new)) else list())
for (method in c("REML", "ML")) {
  add <- function(residual, structure, variance = NULL) {
    fit <- function(control) gls(Reaction ~ Days, d, correlation = structure, weights = variance, method = method, na.action = na.omit, control = control)
    m <- tryCatch(fit(control), error = function(e) fit(second)) # BFGS steps beyond a correlation of 1
    out[[length(out) + 1]] <<- row(paste(residual, method), residual, "Reaction ~ Days", m, 0)
  }
  add("us(Days | Subject)", corSymm(form = ~ Visit | Subject), each)
  add("cs(Days | Subject)", corCompSymm(form = ~ 1 | Subject), each)
  add("hetar1(Days | Subject)", corAR1(form = ~ Days | Subject), each)
  add("homcs(Days | Subject)", corCompSymm(form = ~ 1 | Subject))
  add("ar1(Days | Subject)", corAR1(form = ~ Days | Subject))
  add("exp(Days | Subject)", corExp(value = 3, form = ~ Days | Subject))
}
m <- lme(Reaction ~ Days, d, random = ~ 1 | Subject, weights = each, method = "REML", na.action = na.omit,  # other random effects are no residuals
         control = lmeControl(tolerance = 1e-12, msTol = 1e-14, msMaxIter = 1000, maxIter = 1000, returnObject = TRUE, opt = "optim"))
out[[length(out) + 1]] <- row("(1 | Subject) + diag", "diag(Days | Subject)", "Reaction ~ Days + (1 | Subject)", m, 1)
write_json(list(data = list(Reaction = d$Reaction, Days = d$Days, Subject = as.character(d$Subject)), new = list(Days = new$Days), cases = out),
           "tests/inference/tables/gls_residuals.json", digits = NA, auto_unbox = TRUE, null = "null", na = "null")
