# Kenward and Roger's covariances and degrees of freedom by pbkrtest (0.5.2) for lmer models whose marginal covariance is that of a structure:
# compound symmetry is a random intercept, independent visits with a variance each are weights by visit, us is random effects of all visits
# with the residual in them. The sleep study's first four days, with rows missing.
# Run from the repository's root: Rscript tests/reference/make/75_kenward_roger.R
# Writes tests/model/result/kenward_roger.json.
suppressMessages({library(lme4); library(pbkrtest); library(jsonlite)})
d <- read.csv("data/sleepstudy.csv")
d <- d[d$Days < 4, ]
d$Subject <- factor(d$Subject); d$day <- factor(d$Days)
d$older <- as.integer(d$Subject) %% 2
d <- d[-c(3, 17, 18, 40, 41), ]                          # unbalanced
d$Reaction[c(5, 60)] <- NA                               # and with missing responses
control <- lmerControl(optimizer = "bobyqa", optCtrl = list(rhoend = 1e-10, maxfun = 1e5), check.nobs.vs.nRE = "ignore", check.nobs.vs.rankZ = "ignore", calc.derivs = FALSE)
describe <- function(residual, m) {
  V <- as.matrix(vcovAdj(m)); k <- length(fixef(m))
  L <- diag(k); df <- sapply(1:k, function(i) get_Lb_ddf(m, L[i, ]))
  joint <- KRmodcomp(m, cbind(0, diag(k)[-1, -1]))$stats
  list(residual = residual, names = names(fixef(m)), covariance = lapply(1:k, function(i) unname(V[i, ])), df = unname(df), logLik = as.numeric(logLik(m)),
       F = joint$Fstat, ddf = joint$ddf)
}
out <- list(
  describe("homcs(Days | Subject)", lmer(Reaction ~ Days + older + (1 | Subject), d, control = control)),
  # the residual variance of such a model is not determined beside the variances of the visits; it is part of them
  describe("us(Days | Subject)", lmer(Reaction ~ Days + older + (0 + day | Subject), d, control = control))
)
write_json(list(data = list(Reaction = d$Reaction, Days = d$Days, older = d$older, Subject = as.character(d$Subject)), cases = out),
           "tests/model/result/kenward_roger.json", digits = NA, auto_unbox = TRUE, na = "null")
