"""Common given names of five languages: not to refuse by, but to tell a column of people from one of places."""

from __future__ import annotations

from functools import lru_cache

from harmmodel.writing.letters import folded

_SPELT = """
james john robert michael william david richard joseph thomas christopher daniel matthew anthony mark donald steven
paul andrew joshua kenneth kevin brian george timothy ronald edward jason jeffrey ryan jacob gary nicholas eric jonathan
stephen larry justin scott brandon benjamin samuel gregory alexander patrick frank raymond jack dennis jerry tyler aaron
jose adam nathan henry zachary peter kyle noah ethan jeremy walter christian keith roger terry sean gerald harold carl
arthur lawrence dylan jesse bryan joe billy bruce gabriel logan alan juan albert willie elijah wayne randy vincent
mason roy ralph bobby russell philip eugene jamal darnell tyrone deshawn marcus malik oliver harry charlie liam simon
graham nigel trevor gareth ian neil stuart craig mohammed muhammad ahmed ali omar hassan ibrahim
mary patricia jennifer linda elizabeth barbara susan jessica sarah karen lisa nancy betty sandra margaret ashley
kimberly emily donna michelle carol amanda melissa deborah stephanie rebecca laura sharon cynthia dorothy amy kathleen
angela shirley emma brenda pamela nicole anna samantha katherine christine helen debra rachel carolyn janet maria
catherine heather diane olivia julie joyce ruth kelly lauren christina joan evelyn judith andrea hannah megan cheryl
jacqueline martha madison teresa gloria sara janice ann kathryn abigail sophia frances jean alice judy isabella julia
denise amber doris marilyn danielle beverley jane natalie diana brittany kayla alexis lori tiffany fatima aisha latoya
keisha zoe lucy claire fiona
jesus carlos luis miguel pedro jorge francisco manuel antonio alejandro rafael fernando ricardo javier eduardo roberto
sergio mario arturo raul oscar enrique alberto ramon jaime ruben armando hector gerardo salvador guadalupe alfredo
guillermo ernesto julio cesar ignacio joaquin ismael ivan felipe rodrigo andres diego pablo gustavo hugo adrian emilio
esteban tomas vicente agustin nestor martin lorenzo marcos mateo sebastian nicolas leonardo heriberto servando osiel
carmen rosa ana veronica leticia alejandra patricia elena gabriela adriana margarita josefa juana yolanda silvia lucia
claudia norma alicia mercedes araceli beatriz isabel esperanza rocio irma dolores pilar concepcion marta cristina
guadalupe ximena valeria daniela mariana fernanda camila sofia valentina luisa consuelo ines raquel monica paula
pierre michel andre philippe alain jacques bernard marcel daniel francois christophe laurent olivier thierry pascal
stephane sebastien julien nicolas mathieu guillaume antoine benoit jerome fabrice yves gilles didier henri luc louis
hugues gerard xavier etienne theo lucas nathalie isabelle sylvie catherine francoise monique sophie celine aurelie
elodie camille manon chloe lea ines brigitte veronique valerie sandrine helene marie jeanne genevieve odile delphine
amelie margaux
hans peter wolfgang klaus jurgen dieter manfred uwe gunter gunther horst helmut heinz bernd rainer frank ralf stefan
andreas matthias torsten thorsten sven jens lars dirk holger markus michael karl heinrich friedrich ernst otto fritz
kurt georg gerhard werner walter lukas felix jonas maximilian moritz florian tobias niklas jan tim ursula monika petra
sabine renate helga karin brigitte ingrid erika gisela gabriele birgit heike anke silke anja katrin kathrin sandra
stefanie claudia susanne ute bettina elke greta lena leonie hannelore johanna mehmet mustafa ayse
joao antonio jose francisco carlos paulo pedro lucas luiz marcos rafael daniel marcelo bruno felipe eduardo rodrigo
gustavo thiago tiago vinicius leandro fabio diogo goncalo nuno rui vasco joaquim duarte henrique caio matheus
guilherme luan wesley anderson everton ana maria francisca antonia adriana juliana marcia fernanda patricia aline
sandra camila amanda bruna jessica leticia luciana vanessa mariana vera vitoria larissa simone tatiana beatriz catarina
ines rita helena graca raimunda severina
"""
GIVEN_NAMES = frozenset(folded(_SPELT).split()) - {"madison", "logan", "guadalupe", "salvador", "jan"}


@lru_cache(maxsize=50_000)
def is_given_name(word: str) -> bool:
    """Say whether a word is a common given name.

    >>> is_given_name("JOÃO"), is_given_name("Lawndale")
    (True, False)
    """
    return folded(word).strip(".'-") in GIVEN_NAMES
